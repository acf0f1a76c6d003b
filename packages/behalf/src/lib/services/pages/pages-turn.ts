import { isDeepStrictEqual } from "node:util";
import { type GivenQuery, readFromQuery } from "../../transport/query.ts";
import { parseLinks, type WebLink } from "./link-header.ts";
import type { PageAnswer } from "./pages-answer.ts";
import type { CursorPaging, EnvelopePaging, PagingOptions } from "./pages-options.ts";

/** How the next page is asked for; an error where there is one, but asking for it would lead nowhere. */
export type Turn =
  | { readonly query: Readonly<Record<string, string | number>> }
  | { readonly link: string }
  | { readonly error: Error };

/**
 * Tells how the page after this one is asked for; `undefined` after the last one. Is given every page in turn.
 *
 * @throws {BackendError} when the page is not the one that was asked for
 */
export type FindTurn = (answer: PageAnswer) => Turn | undefined;

const readAmount = (value: unknown): number | undefined => {
  const amount = typeof value === "string" && value !== "" ? Number(value) : value;
  return typeof amount === "number" && Number.isSafeInteger(amount) && amount >= 0 ? amount : undefined;
};

function turnByEnvelope({ skip = "skip", count = "count" }: EnvelopePaging, given: GivenQuery): FindTurn {
  let asked = readAmount(readFromQuery(given, skip));
  let before: readonly unknown[] = [];
  return ({ items, meta, toError }) => {
    if (asked !== undefined && meta?.skip !== undefined && meta.skip !== asked) {
      throw toError(`the page begins after ${meta.skip} items where ${asked} were to be skipped by "${skip}"`);
    }
    if (meta?.skip === undefined && items.length > 0 && isDeepStrictEqual(items, before)) {
      throw toError(`the page has the items of the one before; the backend may not know "${skip}" in the query`);
    }
    before = items;
    const next = (meta?.skip ?? asked ?? 0) + items.length;
    asked = next;
    const size = readAmount(readFromQuery(given, count)) ?? meta?.count;
    const more = meta?.total === undefined ? size !== undefined && items.length >= size : next < meta.total;
    return items.length > 0 && more ? { query: { [skip]: next } } : undefined;
  };
}

const pagingRelations = new Set(["next", "prev", "previous", "first", "last"]);

const toURL = (target: string, from: string): URL | undefined =>
  URL.canParse(target, from) ? new URL(target, from) : undefined;

/** A link with an anchor is one of something else, unless it leads to the answer itself. */
function listOwnLinks({ response }: PageAnswer): readonly WebLink[] {
  const header = response.headers.get("link");
  if (header === null) return [];
  const own = toURL("", response.url)?.href;
  return parseLinks(header).filter(({ anchor }) => anchor === undefined || toURL(anchor, response.url)?.href === own);
}

function turnByLinks(): FindTurn {
  const seen = new Set<string>();
  return (answer) => {
    const { response, toError } = answer;
    seen.add(toURL("", response.url)?.href ?? "");
    const link = listOwnLinks(answer).find(({ relations }) => relations.includes("next"));
    if (!link) return undefined;
    const url = toURL(link.target, response.url);
    if (!url) return { error: toError("the link to the next page is no URL") };
    url.hash = "";
    if (seen.has(url.href)) return { error: toError("the link to the next page leads to one that was there before") };
    return { link: url.href };
  };
}

function turnByCursor({ query, next }: CursorPaging, given: GivenQuery): FindTurn {
  const seen = new Set<unknown>([readFromQuery(given, query)]);
  return ({ body, toError }) => {
    const cursor = next(body);
    if (cursor === undefined || cursor === null || cursor === "") return undefined;
    if (seen.has(cursor)) return { error: toError("the cursor of the next page is that of one that was there before") };
    seen.add(cursor);
    return { query: { [query]: cursor } };
  };
}

const speaksLinks = (answer: PageAnswer): boolean =>
  listOwnLinks(answer).some(({ relations }) => relations.some((relation) => pagingRelations.has(relation)));

/** The first page decides. */
function turnByWhatIsSaid(given: GivenQuery): FindTurn {
  let found: FindTurn | undefined;
  return (answer) => {
    found ??= speaksLinks(answer) ? turnByLinks() : answer.meta ? turnByEnvelope({}, given) : () => undefined;
    return found(answer);
  };
}

/** Chooses how the pages after the first one are found. */
export function createFindTurn({ cursor, envelope, links }: PagingOptions, given: GivenQuery = {}): FindTurn {
  if (cursor) return turnByCursor(cursor, given);
  if (envelope) return turnByEnvelope(envelope, given);
  return links ? turnByLinks() : turnByWhatIsSaid(given);
}
