import { answer, type BackendHandler } from "../../support/scripted-backend.ts";

/** 0, 1, 2 and so on. */
export const listNumbers = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index);

/** Collects items as they come. */
export async function collect(items: AsyncIterable<unknown>, seen: unknown[] = []): Promise<readonly unknown[]> {
  for await (const item of items) seen.push(item);
  return seen;
}

/** Gives numbers in envelopes, so many a page if the query does not say how many. */
export function pageByEnvelope(total: number, size: number, { skip = "skip", count = "count" } = {}): BackendHandler {
  return (request, response) => {
    const begin = Number(request.query.get(skip) ?? 0);
    const data = listNumbers(total).slice(begin, begin + Number(request.query.get(count) ?? size));
    const meta = { tpSdk: "1.0", total, skip: begin, count: data.length };
    return answer.json({ meta, data })(request, response);
  };
}

interface LinkedPages {
  readonly form?: "absolute" | "path" | "query";
  readonly wrap?: (list: readonly number[]) => unknown;
}

/** Gives numbers with a link to the next page. */
export function pageByLinks(
  total: number,
  size: number,
  { form = "path", wrap = (list) => list }: LinkedPages = {},
): BackendHandler {
  return (request, response) => {
    const page = Number(request.query.get("page") ?? 0);
    const list = listNumbers(total).slice(page * size, (page + 1) * size);
    const next = `?page=${page + 1}`;
    const from = { absolute: `http://${request.headers.host}${request.path}`, path: request.path, query: "" }[form];
    const links = [`<${from}?page=0>; rel="first"`];
    if ((page + 1) * size < total) links.push(`<${from}${next}>; title="a, \\"b\\"; c"; rel="last next"`);
    return answer.json(wrap(list), 200, { link: links.join(", ") })(request, response);
  };
}

/** Gives numbers with the cursor of the next page. */
export function pageByCursor(total: number, size: number): BackendHandler {
  return (request, response) => {
    const begin = Number(request.query.get("cursor")?.replace("after-", "") ?? 0);
    const items = listNumbers(total).slice(begin, begin + size);
    const next = begin + size < total ? `after-${begin + size}` : undefined;
    return answer.json({ items, next })(request, response);
  };
}
