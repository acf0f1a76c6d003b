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
  readonly #startedAt: number;
  #durationMs: number | undefined;

  constructor(key: string, startedAt: number) {
    this.key = key;
    this.#startedAt = startedAt;
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

/** A step that is over as it starts. */
class StepAtOnce {
  readonly key: string;
  readonly durationMs = 0;

  constructor(key: string) {
    this.key = key;
  }

  end(): number {
    return this.durationMs;
  }
}

/** Times the steps of one request, on the monotonic clock. */
export class Timers {
  readonly #steps: (RunningStep | StepAtOnce)[] = [];

  /** Starts a step, now or at an instant of the monotonic clock. A key that comes again is numbered. */
  start(key: string, at: number = performance.now()): RunningStep {
    const step = new RunningStep(key, at);
    this.#steps.push(step);
    return step;
  }

  /** Notes a step that took no time: its result was at hand. */
  note(key: string): void {
    this.#steps.push(new StepAtOnce(key));
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
