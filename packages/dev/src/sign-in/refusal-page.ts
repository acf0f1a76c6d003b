import { escapeHtml } from "./escape-html.ts";
import { type RenderedPage, renderPage } from "./render-page.ts";

/** Renders the page for a request that cannot be sent back to its client. */
export function renderRefusalPage(error: string, description: string | undefined): RenderedPage {
  return renderPage({
    title: "Sign-in failed",
    body: `<h1>Sign-in failed</h1>
<p class="warning" role="alert">${escapeHtml(description ?? "The server gives no further reason.")}</p>
<p class="quiet">Error code: <code>${escapeHtml(error)}</code></p>`,
  });
}
