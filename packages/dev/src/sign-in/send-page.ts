import type { RenderedPage } from "./render-page.ts";

/** The part of a Koa context that a page is written to. */
export interface PageContext {
  status: number;
  body: unknown;
  set(headers: Record<string, string>): void;
}

/** Answers with a page. */
export function sendPage(ctx: PageContext, { html, headers }: RenderedPage, status: number): void {
  ctx.status = status;
  ctx.set({ ...headers });
  ctx.body = html;
}
