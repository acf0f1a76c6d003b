import type { Readable } from "node:stream";

/** How large the body is that streams carry, in bytes: 1 MiB. */
export const blobLength = 1_048_576;

const chunkLength = 65_536;

/** What streams carry: bytes that repeat, but not in step with the chunks. */
export const blob: Buffer = Buffer.from(Uint8Array.from({ length: blobLength }, (_, index) => index % 251));

/** The same in parts, as a file is read. */
export const blobChunks: readonly Buffer[] = Array.from({ length: blobLength / chunkLength }, (_, index) =>
  blob.subarray(index * chunkLength, (index + 1) * chunkLength),
);

/** Compares a stream with the bytes that it must carry, part by part. */
export class BlobCheck {
  #at = 0;
  #right = true;

  take(chunk: Uint8Array): void {
    this.#right &&= blob.subarray(this.#at, this.#at + chunk.length).equals(chunk);
    this.#at += chunk.length;
  }

  /** Whether it was all of the bytes, and none but them. */
  get whole(): boolean {
    return this.#right && this.#at === blobLength;
  }
}

/** Reads a stream to its end, and tells whether it carried the bytes. */
export async function isBlob(stream: Readable | AsyncIterable<Uint8Array>): Promise<boolean> {
  const check = new BlobCheck();
  for await (const chunk of stream) check.take(chunk);
  return check.whole;
}
