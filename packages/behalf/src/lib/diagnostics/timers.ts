/** One timed step of a request. */
export interface TimedStep {
  /** The name, numbered when it comes again: `out-get`, `out-get-2`. */
  readonly name: string;
  /** How long it took; `undefined` while it runs. */
  readonly durationMs: number | undefined;
}

/** Times the steps of one request, on the monotonic clock. */
export class Timers {
  readonly #steps: { name: string; key: string; startedAt: number; durationMs: number | undefined }[] = [];
  readonly #counts = new Map<string, number>();

  /** Starts a step, and gives the function that ends it. A key that comes again is numbered. */
  start(key: string): () => number {
    const count = (this.#counts.get(key) ?? 0) + 1;
    this.#counts.set(key, count);
    const step = {
      key,
      name: count === 1 ? key : `${key}-${count}`,
      startedAt: performance.now(),
      durationMs: undefined as number | undefined,
    };
    this.#steps.push(step);
    return () => {
      step.durationMs ??= performance.now() - step.startedAt;
      return step.durationMs;
    };
  }

  /** Ends the oldest running step of the key, and gives its milliseconds; `undefined` when none runs. */
  end(key: string): number | undefined {
    const step = this.#steps.find((candidate) => candidate.key === key && candidate.durationMs === undefined);
    if (!step) return undefined;
    step.durationMs = performance.now() - step.startedAt;
    return step.durationMs;
  }

  /** The steps in the order in which they started. */
  steps(): readonly TimedStep[] {
    return this.#steps.map(({ name, durationMs }) => ({ name, durationMs }));
  }

  /**
   * The finished steps as the value of a `Server-Timing` header.
   *
   * @see {@link https://www.w3.org/TR/server-timing/}
   */
  toServerTiming(): string {
    return this.#steps
      .flatMap(({ name, durationMs }) =>
        durationMs === undefined ? [] : [`${toToken(name)};dur=${durationMs.toFixed(1)}`],
      )
      .join(", ");
  }
}

const toToken = (name: string): string => name.replace(/[^!#$%&'*+.^_`|~\w-]/g, "_");
