import type { ComparedRow } from "../row.ts";
import type { Site } from "../site/site.ts";

/** Which way the megabyte goes. */
export type Direction = "download" | "upload";

/** The two ways, in the order of the columns. */
export const directions: readonly Direction[] = ["download", "upload"];

/** Sees the bytes that arrive. */
export type TakeChunk = (chunk: Uint8Array) => void;

/** A client, ready to read a megabyte as a stream, and to write one. */
export interface OpenStreams {
  /** Reads the body part by part; none is kept. */
  download(take: TakeChunk): Promise<void>;
  /** Writes the body from a stream; rejects unless the backend found it whole. */
  upload(): Promise<void>;
  close(): Promise<void>;
}

/** Readies a client. */
export type OpenTheStreams = (site: Site) => Promise<OpenStreams>;

/** A client, as the table of streams has it. */
export interface StreamRow extends ComparedRow {
  /** Loads the modules of this row, and of no other. */
  load(): Promise<OpenTheStreams>;
}
