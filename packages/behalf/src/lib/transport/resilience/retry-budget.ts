const most = 10;

/** How much less than a whole one still counts as one: shares such as 0.1 do not add up exactly. */
const tolerance = 1e-9;

/** Bounds the attempts beyond the first to a share of the calls, so that an outage does not multiply the load. */
export class RetryBudget {
  readonly #share: number;
  #left = most;

  constructor(share: number) {
    this.#share = share;
  }

  /** Notes a call. */
  deposit(): void {
    this.#left = Math.min(most, this.#left + this.#share);
  }

  /** Takes one attempt, where there is one left. */
  take(): boolean {
    if (this.#left < 1 - tolerance) return false;
    this.#left = Math.max(0, this.#left - 1);
    return true;
  }
}
