/** One timed step of a request. */
export interface TimedStep {
  /** The name, numbered when it comes again: `out-get`, `out-get-2`. */
  readonly name: string;
  /** How long it took; `undefined` while it runs. */
  readonly durationMs: number | undefined;
}

interface Step {
  readonly key: string;
  readonly startedAt: number;
  durationMs: number | undefined;
}

/** Times the steps of one request, on the monotonic clock. */
export class Timers {
  readonly #steps: Step[] = [];

  /** Starts a step, and gives the function that ends it. A key that comes again is numbered. */
  start(key: string): () => number {
    const step: Step = { key, startedAt: performance.now(), durationMs: undefined };
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
    const counts = new Map<string, number>();
    return this.#steps.map(({ key, durationMs }) => {
      const count = (counts.get(key) ?? 0) + 1;
      counts.set(key, count);
      return { name: count === 1 ? key : `${key}-${count}`, durationMs };
    });
  }

  /**
   * The finished steps as the value of a `Server-Timing` header.
   *
   * @see {@link https://www.w3.org/TR/server-timing/}
   */
  toServerTiming(): string {
    return this.steps()
      .flatMap(({ name, durationMs }) =>
        durationMs === undefined ? [] : [`${toToken(name)};dur=${durationMs.toFixed(1)}`],
      )
      .join(", ");
  }
}

const toToken = (name: string): string => name.replace(/[^!#$%&'*+.^_`|~\w-]/g, "_");
