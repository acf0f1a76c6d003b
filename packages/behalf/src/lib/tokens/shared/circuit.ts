import type { Now } from "../../values/clock.ts";

/** The leave to ask: what comes of it counts only while the circuit is as it was then. */
export interface Pass {
  readonly standing: Standing | undefined;
}

interface Standing {
  /** Since when nothing is asked but, now and then, one question. */
  readonly since: number;
  readonly triedAt: number;
  readonly probing: boolean;
}

const opensAfter = 3;
const restsForMs = 30_000;

/**
 * Opens after three failures in a row: then nothing is asked for thirty seconds, and after them one question. Its answer
 * closes the circuit, its failure is the beginning of another thirty seconds.
 */
export class Circuit {
  readonly #now: Now;
  #failures = 0;
  #standing: Standing | undefined;

  constructor(now: Now) {
    this.#now = now;
  }

  get open(): boolean {
    return this.#standing !== undefined;
  }

  /** How often in a row it went wrong. */
  get failures(): number {
    return this.#failures;
  }

  /** Whether a question may be asked now. A clock that was put back ends the rest rather than prolongs it. */
  get available(): boolean {
    if (!this.#standing) return true;
    const { probing, triedAt } = this.#standing;
    const restedMs = this.#now() - triedAt;
    return !probing && (restedMs < 0 || restedMs >= restsForMs);
  }

  /** Lets a question through. Only where the circuit is available. */
  pass(): Pass {
    if (this.#standing) this.#standing = { ...this.#standing, probing: true };
    return { standing: this.#standing };
  }

  /** Takes note of an answer. Gives for how many milliseconds the circuit was open, if this has closed it. */
  succeed({ standing }: Pass): number | undefined {
    if (standing !== this.#standing) return undefined;
    this.#failures = 0;
    this.#standing = undefined;
    return standing && this.#now() - standing.since;
  }

  /** Takes note of a failure. Tells whether this has opened the circuit; where it may not, it is opened by a later one. */
  fail({ standing }: Pass, mayOpen = true): boolean {
    if (standing !== this.#standing) return false;
    this.#failures += 1;
    if (!standing && (this.#failures < opensAfter || !mayOpen)) return false;
    const now = this.#now();
    this.#standing = { since: standing?.since ?? now, triedAt: now, probing: false };
    return standing === undefined;
  }
}
