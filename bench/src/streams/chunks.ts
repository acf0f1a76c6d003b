import { Readable, Writable } from "node:stream";
import { blobChunks } from "../site/blob.ts";
import type { TakeChunk } from "./stream-row.ts";

/** Opens the megabyte as a stream that is read in parts. */
export function openBlobStream(): Readable {
  return Readable.from(blobChunks, { objectMode: false });
}

/** A stream to write to that keeps nothing. */
export function createSink(take: TakeChunk): Writable {
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      take(chunk);
      done();
    },
  });
}

/** Rejects an answer that does not say that the upload was whole. */
export function checkStored(status: number): void {
  if (status !== 204) throw new Error(`The backend answered ${status}.`);
}
