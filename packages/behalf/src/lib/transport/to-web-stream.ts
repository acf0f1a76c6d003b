import type { Readable } from "node:stream";
import type { ReadableStreamDefaultController, UnderlyingSource } from "node:stream/web";

/** What a web stream is fed by. Nothing is given on once its reader has cancelled, which ends the source at once. */
class WebSource implements UnderlyingSource<Uint8Array> {
  readonly #source: Readable;
  #over = false;

  constructor(source: Readable) {
    this.#source = source;
  }

  start(controller: ReadableStreamDefaultController<Uint8Array>): void {
    const source = this.#source;
    source.pause();
    source.on("data", (chunk: Buffer) => {
      if (this.#over) return;
      controller.enqueue(new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength));
      source.pause();
    });
    source.on("end", () => this.#end(() => controller.close()));
    source.on("error", (error) => this.#end(() => controller.error(error)));
    source.on("close", () =>
      this.#end(() => controller.error(new DOMException("The stream was destroyed", "AbortError"))),
    );
    // One that has ended already, with nothing in it, ends now, whether somebody reads it or not.
    source.read(0);
    if (source.destroyed) this.#end(() => controller.error(source.errored));
  }

  pull(): void {
    this.#source.resume();
  }

  cancel(reason: unknown): void {
    this.#end(() => this.#source.destroy(reason instanceof Error ? reason : undefined));
  }

  #end(end: () => void): void {
    if (this.#over) return;
    this.#over = true;
    end();
  }
}

/**
 * Makes a web stream of a stream, with its back-pressure.
 *
 * Not `Readable.toWeb`: a chunk that comes right after its reader has cancelled ends the process.
 */
export const toWebStream = (source: Readable): ReadableStream<Uint8Array> =>
  new ReadableStream(new WebSource(source), { highWaterMark: 0 });
