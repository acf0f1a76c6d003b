/** One timed step of a request. */
export interface TimedStep {
  /** The name, numbered when it comes again: `out-get`, `out-get-2`. */
  readonly name: string;
  /** How long it took; `undefined` while it runs. */
  readonly durationMs: number | undefined;
}

/** A step that has started. */
export class RunningStep {
  readonly key: string;
  readonly #startedAt = performance.now();
  #durationMs: number | undefined;

  constructor(key: string) {
    this.key = key;
  }

  /** How long it took; `undefined` while it runs. */
  get durationMs(): number | undefined {
    return this.#durationMs;
  }

  /** Ends the step, and gives its milliseconds. Only the first end counts. */
  end(): number {
    this.#durationMs ??= performance.now() - this.#startedAt;
    return this.#durationMs;
  }
}

/** Times the steps of one request, on the monotonic clock. */
export class Timers {
  readonly #steps: RunningStep[] = [];

  /** Starts a step. A key that comes again is numbered. */
  start(key: string): RunningStep {
    const step = new RunningStep(key);
    this.#steps.push(step);
    return step;
  }

  /** Ends the oldest running step of the key, and gives its milliseconds; `undefined` when none runs. */
  end(key: string): number | undefined {
    return this.#steps.find((candidate) => candidate.key === key && candidate.durationMs === undefined)?.end();
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
