import { Transform, type TransformCallback } from "node:stream";

/** What comes next in a body: a number of so many bytes, the lower ones first, or bytes that only pass. */
interface Part {
  readonly kind: "start" | "number" | "content";
  readonly length: number;
}

const start: Part = { kind: "start", length: 4 };
const number = (length: number): Part => ({ kind: "number", length });
const content = (length: number): Part => ({ kind: "content", length });

const frameMagic = 0xfd2fb528;
const isSkippable = (magic: number): boolean => magic >>> 4 === 0x184d2a5;

/** The bytes of a frame's header after its first one, by that one (RFC 8878 section 3.1.1.1). */
function toHeaderLength(descriptor: number): number {
  const windowBytes = descriptor & 0x20 ? 0 : 1;
  const dictionaryBytes = [0, 1, 2, 4][descriptor & 3] ?? 0;
  const sizeBytes = [1 - windowBytes, 2, 4, 8][descriptor >>> 6] ?? 0;
  return windowBytes + dictionaryBytes + sizeBytes;
}

const singleByteBlock = 1;

/** A frame after its magic number (RFC 8878 section 3.1.1). */
function* listFrameParts(): Generator<Part, void, number> {
  const descriptor = yield number(1);
  yield content(toHeaderLength(descriptor));
  let isLast = false;
  while (!isLast) {
    const header = yield number(3);
    isLast = (header & 1) === 1;
    yield content(((header >>> 1) & 3) === singleByteBlock ? 1 : header >>> 3);
  }
  yield content(descriptor & 4 ? 4 : 0);
}

function* listParts(): Generator<Part, never, number> {
  for (;;) {
    const magic = yield start;
    if (isSkippable(magic)) yield content(yield number(4));
    else if (magic === frameMagic) yield* listFrameParts();
    else throw new Error("A frame of zstd does not begin as one.");
  }
}

/**
 * Cuts a body in zstd where its frames begin, and fails when the last one is not whole.
 *
 * Node's own stream leaves out what follows the end of a frame in the same chunk (before 26), and takes a body that is cut off
 * for a whole one (22).
 */
export class ZstdFrames extends Transform {
  readonly #parts = listParts();
  #part: Part = start;
  #value = 0;
  /** How many bytes of the part have come. */
  #come = 0;

  constructor() {
    // As objects, for bytes are put together; one at a time, for what waits here counts as what came to nothing.
    super({ readableObjectMode: true, readableHighWaterMark: 1 });
    this.#parts.next();
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, callback: TransformCallback): void {
    try {
      this.#cut(chunk);
      callback();
    } catch (error) {
      callback(error instanceof Error ? error : new Error(String(error)));
    }
  }

  override _flush(callback: TransformCallback): void {
    const isWhole = this.#part.kind === "start" && this.#come === 0;
    callback(isWhole ? null : new Error("The last frame of zstd is cut off."));
  }

  #cut(chunk: Buffer): void {
    let from = 0;
    for (let at = 0; at < chunk.length; ) {
      at = this.#follow(chunk, at);
      if (this.#part.kind !== "start" || this.#come > 0) continue;
      this.push(chunk.subarray(from, at));
      from = at;
    }
    if (from < chunk.length) this.push(chunk.subarray(from));
  }

  /** Follows the part as far as the chunk goes; gives where it got to. */
  #follow(chunk: Buffer, at: number): number {
    const { kind, length } = this.#part;
    const until = Math.min(at + length - this.#come, chunk.length);
    if (kind !== "content") {
      for (const [index, byte] of chunk.subarray(at, until).entries())
        this.#value += byte * 256 ** (this.#come + index);
    }
    this.#come += until - at;
    while (this.#come === this.#part.length) this.#goOn();
    return until;
  }

  #goOn(): void {
    this.#part = this.#parts.next(this.#value).value;
    this.#value = 0;
    this.#come = 0;
  }
}
