import { type Duplex, Readable } from "node:stream";
import type { OpenDecoder } from "./content-codings.ts";
import type { TransportFailure } from "./transport-error.ts";

/** Makes the error that the reader of a body gets. */
export type ToBodyError = (failure: TransportFailure, cause?: unknown) => Error;

/** By how much a coded body may be longer than what it stands for: one that goes on and stands for nothing is an attack. */
const mostSurplus = 1024 * 1024;

/** A body with one of its codings undone. It is opened with the first bytes, because an empty body is not coded at all. */
class ExpandedStream extends Readable {
  readonly #source: Readable;
  readonly #open: OpenDecoder;
  readonly #toError: ToBodyError;
  #decoder: Duplex | undefined;

  constructor(source: Readable, open: OpenDecoder, toError: ToBodyError) {
    super();
    this.#source = source;
    this.#open = open;
    this.#toError = toError;
    source.once("readable", () => this.#begin());
    source.on("error", (error) => this.destroy(error));
    // Whoever reads it later gets the error all the same.
    this.on("error", () => {});
  }

  override _read(): void {
    this.#decoder?.resume();
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#source.destroy(error ?? undefined);
    this.#decoder?.destroy();
    callback(error);
  }

  #begin(): void {
    const first: Buffer | null = this.#source.read();
    if (first === null) {
      this.#source.resume();
      this.push(null);
      return;
    }
    const decoder = this.#open(first[0] ?? 0);
    this.#decoder = decoder;
    let surplus = first.length;
    this.#source.on("data", (chunk) => {
      surplus += chunk.length;
      if (surplus > mostSurplus) this.destroy(this.#toError("unreadable"));
    });
    decoder.on("data", (chunk) => {
      surplus -= chunk.length;
      if (!this.push(chunk)) decoder.pause();
    });
    decoder.on("end", () => this.push(null));
    decoder.on("error", (cause) => this.destroy(this.#toError("unreadable", cause)));
    decoder.write(first);
    this.#source.pipe(decoder);
  }
}

/** Undoes the codings of a body, in this order. Reading it reads the source; its end, however it comes, is that of the source. */
export function expandStream(source: Readable, decoders: readonly OpenDecoder[], toError: ToBodyError): Readable {
  return decoders.reduce((coded, open) => new ExpandedStream(coded, open, toError), source);
}

/**
 * Reads a body into memory.
 *
 * @throws what is made of `tooLarge`, as soon as it is larger than allowed
 */
export async function readWithin(body: Readable, maxBytes: number, toError: ToBodyError): Promise<readonly Buffer[]> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    if (length > maxBytes) throw toError("tooLarge");
    chunks.push(chunk);
  }
  return chunks;
}
