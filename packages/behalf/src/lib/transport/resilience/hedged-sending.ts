import type { HedgeSettings } from "../../values/call-settings.ts";
import type { Cancellation } from "../../values/cancellation.ts";
import type { WireAnswer } from "../wire.ts";
import { type AttemptResult, discard, toResult } from "./attempt-result.ts";
import { OwnCancellation } from "./own-cancellation.ts";
import type { StartTimer } from "./timers.ts";

/** What a hedged sending works with. */
export interface HedgeOptions {
  readonly hedge: HedgeSettings;
  readonly startTimer: StartTimer;
  /** Sends the request once, until it is cancelled. */
  readonly send: (cancellation: Cancellation) => Promise<WireAnswer>;
  /** Asks whether one more may go out. */
  readonly mayHedge: () => boolean;
  /** Is told before one does. */
  readonly hedging: () => void;
  /** Whether a result is worse than waiting for another one. */
  readonly isFailure: (result: AttemptResult) => boolean;
}

const answeredElsewhere = (): Error => new DOMException("Another attempt was answered first", "AbortError");

/** Sends a request, and once more beside it while no answer comes. The first answer that is no failure wins. */
export class HedgedSending {
  readonly #options: HedgeOptions;
  readonly #running = new Set<OwnCancellation>();
  #hedges = 0;
  #firstFailure: AttemptResult | undefined;
  #stopTimer: (() => void) | undefined;
  #resolve: ((result: AttemptResult) => void) | undefined;

  constructor(options: HedgeOptions) {
    this.#options = options;
  }

  /** Gives the answer that won, or else the first failure. */
  start(): Promise<AttemptResult> {
    return new Promise((resolve) => {
      this.#resolve = resolve;
      this.#send();
    });
  }

  #send(): void {
    const { hedge, startTimer, send } = this.#options;
    const cancellation = new OwnCancellation();
    this.#running.add(cancellation);
    toResult(() => send(cancellation)).then((result) => this.#end(cancellation, result));
    if (this.#hedges < hedge.maxHedges) this.#stopTimer = startTimer(() => this.#hedge(), hedge.afterMs);
  }

  #hedge(): void {
    if (!this.#options.mayHedge()) return;
    this.#options.hedging();
    this.#hedges += 1;
    this.#send();
  }

  #end(cancellation: OwnCancellation, result: AttemptResult): void {
    if (!this.#running.delete(cancellation)) {
      discard(result);
      return;
    }
    if (!this.#options.isFailure(result)) {
      if (this.#firstFailure) discard(this.#firstFailure);
      this.#settle(result);
      return;
    }
    if (this.#firstFailure) discard(result);
    this.#firstFailure ??= result;
    if (this.#running.size === 0) this.#settle(this.#firstFailure);
  }

  #settle(result: AttemptResult): void {
    this.#stopTimer?.();
    for (const other of this.#running) other.cancel(answeredElsewhere());
    this.#running.clear();
    this.#resolve?.(result);
  }
}
