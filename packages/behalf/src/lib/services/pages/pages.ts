import { AsyncResource } from "node:async_hooks";
import type { RunWork } from "../../context/context-storage.ts";
import { RequestRefusedError } from "../../errors/request-refused-error.ts";
import { replaceInQuery } from "../../transport/query.ts";
import type { BackendResponse } from "../answers/backend-response.ts";
import type { EnvelopeMeta } from "../answers/envelope.ts";
import type { Call } from "../call.ts";
import type { CallOptions } from "../call-arguments.ts";
import type { Place } from "../place.ts";
import { checkPage, readPage } from "./pages-answer.ts";
import type { PagesOptions } from "./pages-options.ts";
import { createFindTurn, type Turn } from "./pages-turn.ts";

/** One page. */
export interface Page<item> {
  readonly items: readonly item[];
  /** What its envelope says, where it came in one. */
  readonly meta: EnvelopeMeta | undefined;
  readonly response: BackendResponse;
}

/**
 * The items of all pages, for `for await`. Each loop begins with the first page. The next page is asked for when its items are
 * wanted, not before; what fails is thrown in the loop: a {@link BehalfError}, or the reason of the signal.
 *
 * The calls are those of the request in which the pages were asked for, wherever the loop runs.
 */
export interface Pages<item> extends AsyncIterable<item> {
  /** The pages instead of their items. */
  byPage(): AsyncIterable<Page<item>>;
}

/** Where pages are asked for. */
export interface PageSource {
  readonly place: Place;
  /** Makes the call of the first page, or of one that only its query tells apart. */
  ask(options: CallOptions): Call;
  /** Makes the call of an absolute URL, which is refused when it leads out of the base address. */
  follow(url: string, options: CallOptions): Call;
  /** Keeps the current request, for calls that are made later. */
  snapshot(): RunWork;
}

const mostEmptyPages = 50;

function checkBound(name: string, bound: number | undefined): number {
  if (bound === undefined) return Number.POSITIVE_INFINITY;
  if (bound >= 0) return bound;
  throw new RequestRefusedError("parameter", name, `"${name}" is a number, and not below zero.`);
}

function ask(source: PageSource, options: CallOptions, turn: Turn | undefined): Promise<BackendResponse> {
  if (!turn) return source.ask(options).unwrap();
  if ("error" in turn) return Promise.reject(turn.error);
  const { query, ...others } = options;
  if ("link" in turn) return source.follow(turn.link, others).unwrap();
  return source.ask({ ...others, query: replaceInQuery(query, turn.query) }).unwrap();
}

/** Makes an iterable of pages. The current request is read now, the calls are made when their items are wanted. */
export function createPages(source: PageSource, options: PagesOptions<unknown>): Pages<unknown> {
  const { schema, items, maxPages, maxItems, cursor, envelope, links, ...callOptions } = options;
  // The loop may run in another request's context: what it asks for is still asked in this one, and in this one's trace.
  const runHere = source.snapshot();
  const askHere = AsyncResource.bind((turn: Turn | undefined) => runHere(() => ask(source, callOptions, turn)));

  async function* readPages(): AsyncGenerator<Page<unknown>, void, undefined> {
    const findTurn = createFindTurn(options, callOptions.query);
    let [pagesLeft, itemsLeft] = [checkBound("maxPages", maxPages), checkBound("maxItems", maxItems)];
    let turn: Turn | undefined;
    let emptyPages = 0;
    while (pagesLeft >= 1 && itemsLeft >= 1) {
      const response = await askHere(turn);
      const answer = await readPage(response, source.place, options);
      turn = findTurn(answer);
      const checked = (await checkPage(answer, schema)).slice(0, itemsLeft);
      yield { items: checked, meta: answer.meta, response };
      if (!turn) return;
      emptyPages = checked.length === 0 ? emptyPages + 1 : 0;
      if (emptyPages > mostEmptyPages) throw answer.toError(`${emptyPages} pages in a row have no items`);
      pagesLeft -= 1;
      itemsLeft -= checked.length;
    }
  }

  async function* readItems(): AsyncGenerator<unknown, void, undefined> {
    for await (const page of readPages()) yield* page.items;
  }

  return {
    byPage: () => ({ [Symbol.asyncIterator]: readPages }),
    [Symbol.asyncIterator]: readItems,
  };
}
