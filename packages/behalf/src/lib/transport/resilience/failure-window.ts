/** How many slices a window has: so much of it, at most, is forgotten at a time. */
const slices = 10;

interface Slice {
  readonly number: number;
  calls: number;
  failures: number;
}

/** Counts what happened in the last so many milliseconds, in slices of a tenth: its memory does not grow with the calls. */
export class FailureWindow {
  readonly #sliceMs: number;
  #slices: Slice[] = [];

  constructor(windowMs: number) {
    this.#sliceMs = windowMs / slices;
  }

  note(at: number, failed: boolean): void {
    const slice = this.#sliceAt(at);
    slice.calls += 1;
    if (failed) slice.failures += 1;
  }

  /** How many calls there were, and how many of them failed. */
  count(at: number): { readonly calls: number; readonly failures: number } {
    this.#forget(at);
    let calls = 0;
    let failures = 0;
    for (const slice of this.#slices) {
      calls += slice.calls;
      failures += slice.failures;
    }
    return { calls, failures };
  }

  clear(): void {
    this.#slices = [];
  }

  #sliceAt(at: number): Slice {
    const number = Math.floor(at / this.#sliceMs);
    const last = this.#slices.at(-1);
    if (last?.number === number) return last;
    this.#forget(at);
    const slice = { number, calls: 0, failures: 0 };
    this.#slices.push(slice);
    return slice;
  }

  #forget(at: number): void {
    const oldest = Math.floor(at / this.#sliceMs) - slices + 1;
    this.#slices = this.#slices.filter(({ number }) => number >= oldest);
  }
}
