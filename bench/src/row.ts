import type { Site } from "./site/site.ts";

/** A client, ready to make the call that all rows make: an authorized GET of an item, read and parsed. */
export interface OpenRow {
  /** Makes one call and gives the item. */
  call(): Promise<unknown>;
  close(): Promise<void>;
}

/** Readies a client: fetches its token, opens its connections. None of this is measured. */
export type OpenTheRow = (site: Site) => Promise<OpenRow>;

/** What a row is compared as: a bound that no SDK is expected to beat by much, Behalf itself, or one that does the same. */
export type RowKind = "bound" | "behalf" | "peer";

/** One line of a table. */
export interface ComparedRow {
  /** As `--rows` names it. */
  readonly name: string;
  readonly title: string;
  readonly kind: RowKind;
}

/** A client, as the table of calls has it. */
export interface Row extends ComparedRow {
  /** Loads the modules of this row, and of no other. */
  load(): Promise<OpenTheRow>;
}
