import type { StandardSchema } from "../answers/standard-schema.ts";
import type { CallOptions } from "../call-arguments.ts";

/** The names that a backend has for the bounds of a page in the query. */
export interface EnvelopePaging {
  /** How many items come before the page. @default "skip" */
  readonly skip?: string;
  /** How many items the page is to have; sent only if the call's own `query` says it. @default "count" */
  readonly count?: string;
}

/** How a backend tells where its next page begins, where it does so by a cursor. */
export interface CursorPaging {
  /** The name that the cursor has in the query. */
  readonly query: string;
  /** Reads the cursor of the next page out of the body, parsed from JSON. Nothing, or an empty text, ends the pages. */
  readonly next: (body: unknown) => string | null | undefined;
}

/** How the next page is found: at most one is told. @default by what the first answer says: links, or else an envelope */
export type PagingOptions =
  | { readonly cursor: CursorPaging; readonly envelope?: never; readonly links?: never }
  | { readonly envelope: EnvelopePaging; readonly cursor?: never; readonly links?: never }
  | { readonly links: true; readonly cursor?: never; readonly envelope?: never }
  | { readonly cursor?: never; readonly envelope?: never; readonly links?: never };

/** What all calls for pages can say, and how the pages are read. */
export interface PageOptions<item> extends CallOptions {
  /** Checks each item, and types it. */
  readonly schema?: StandardSchema<item>;
  /** Gives the items of a body. @default those of an envelope, or of a body that is a list itself */
  readonly items?: (body: unknown) => readonly unknown[];
  /** How many pages are asked for, at most. @default no bound */
  readonly maxPages?: number;
  /** How many items are given, at most. @default no bound */
  readonly maxItems?: number;
}

/** How pages are asked for and read. */
export type PagesOptions<item> = PageOptions<item> & PagingOptions;
