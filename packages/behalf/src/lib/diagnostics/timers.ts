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

/** A step among others, which knows the one that started next. */
class LinkedStep extends RunningStep {
  next: LinkedStep | undefined = undefined;
}

/** A step that is over as it starts. */
class StepAtOnce extends LinkedStep {
  override get durationMs(): number {
    return 0;
  }

  override end(): number {
    return 0;
  }
}

/**
 * Times the steps of one request, on the monotonic clock.
 *
 * The steps are linked to each other: an array takes the room of seventeen, and once some requests have waited for long, V8 would
 * put the arrays of all later ones among what lives long.
 */
export class Timers {
  #first: LinkedStep | undefined;
  #last: LinkedStep | undefined;

  /** Starts a step, now or at an instant of the monotonic clock. A key that comes again is numbered. */
  start(key: string, at: number = performance.now()): RunningStep {
    return this.#add(new LinkedStep(key, at));
  }

  /** Notes a step that took no time: its result was at hand. */
  note(key: string): void {
    this.#add(new StepAtOnce(key, 0));
  }

  /** Ends the oldest running step of the key, and gives its milliseconds; `undefined` when none runs. */
  end(key: string): number | undefined {
    return this.#list()
      .find((candidate) => candidate.key === key && candidate.durationMs === undefined)
      ?.end();
  }

  /** The steps in the order in which they started. */
  steps(): readonly TimedStep[] {
    const counts = new Map<string, number>();
    return this.#list().map(({ key, durationMs }) => {
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

  #add(step: LinkedStep): RunningStep {
    if (this.#last) this.#last.next = step;
    else this.#first = step;
    this.#last = step;
    return step;
  }

  #list(): readonly RunningStep[] {
    const steps: RunningStep[] = [];
    for (let step = this.#first; step; step = step.next) steps.push(step);
    return steps;
  }
}

const toToken = (name: string): string => name.replace(/[^!#$%&'*+.^_`|~\w-]/g, "_");
