import type { HedgeSettings, RetrySettings } from "../../values/call-settings.ts";
import type { Cancellation } from "../../values/cancellation.ts";
import type { Attempt, ResilientCall } from "../resilience.ts";
import { TransportError } from "../transport-error.ts";
import type { WireAnswer } from "../wire.ts";
import { type AttemptResult, discard, isClosed, toEnd, toResult, unwrap } from "./attempt-result.ts";
import type { BackendBreaker } from "./backend-breaker.ts";
import { pause } from "./cancellable-wait.ts";
import { HedgedSending } from "./hedged-sending.ts";
import { isRepeatable } from "./repeatable.ts";
import type { RetryBudget } from "./retry-budget.ts";
import { chooseDelay, type DelayOptions, isWorthRetry } from "./retry-delay.ts";
import type { TimeLeft } from "./time-left.ts";
import type { StartTimer } from "./timers.ts";

/** What a call is sent with. */
export interface SendingParts extends DelayOptions {
  readonly breaker: BackendBreaker | undefined;
  readonly budget: RetryBudget;
  readonly startTimer: StartTimer;
  readonly left: TimeLeft;
}

/** One call under way: its attempts, each past the breaker, each with its hedges. */
export class ResilientSending {
  readonly #call: ResilientCall;
  readonly #attempt: Attempt;
  readonly #parts: SendingParts;
  readonly #repeatable: boolean;

  constructor(call: ResilientCall, attempt: Attempt, parts: SendingParts) {
    this.#call = call;
    this.#attempt = attempt;
    this.#parts = parts;
    this.#repeatable = isRepeatable(call, call.retry);
  }

  /** Gives what the last attempt gave. */
  async run(): Promise<WireAnswer> {
    const { budget, left } = this.#parts;
    const { retry } = this.#call;
    if (left() <= 0) throw new TransportError("timeout", { sent: false });
    const keptAwayMs = this.#keptAwayMs();
    if (keptAwayMs > 0) throw new TransportError("breakerOpen", { sent: false, retryAfterMs: keptAwayMs });
    budget.deposit();
    const first = await this.#send();
    return unwrap(retry && this.#repeatable ? await this.#retry(first, retry) : first);
  }

  async #retry(first: AttemptResult, retry: RetrySettings): Promise<AttemptResult> {
    let last = first;
    for (let attempts = 1; attempts < retry.attempts; attempts += 1) {
      if (!(await this.#waitToRetry(last, attempts, retry))) break;
      // Asked right before the attempt begins, with nothing between: of two who wait, one is the probe.
      if (this.#keptAwayMs() > 0) break;
      this.#call.resending("retry");
      const next = await this.#send();
      // Of a call that was not sent again because the transport ends, the answer before stands.
      if (isClosed(next)) break;
      discard(last);
      last = next;
    }
    return last;
  }

  /** Gives whether there is to be another attempt, when it is time for it. */
  async #waitToRetry(last: AttemptResult, attempts: number, retry: RetrySettings): Promise<boolean> {
    const { left, budget, startTimer } = this.#parts;
    if (!isWorthRetry(last, retry)) return false;
    const delayMs = chooseDelay(last, attempts, { ...this.#parts, retry });
    if (delayMs === undefined || delayMs >= left() || !budget.take()) return false;
    try {
      await pause({ timeoutMs: delayMs, cancellations: this.#call.cancellations }, startTimer);
    } catch (reason) {
      discard(last);
      throw reason;
    }
    return left() > 0;
  }

  /** A probe goes alone: it is not hedged. */
  async #send(): Promise<AttemptResult> {
    const permit = this.#parts.breaker?.begin();
    const hedge = this.#repeatable && !permit?.isProbe ? this.#call.hedge : undefined;
    const result = await (hedge ? this.#sendHedged(hedge) : toResult(() => this.#sendOnce()));
    permit?.end(toEnd(result));
    return result;
  }

  #sendHedged(hedge: HedgeSettings): Promise<AttemptResult> {
    const { startTimer, budget, left } = this.#parts;
    const { retry } = this.#call;
    return new HedgedSending({
      hedge,
      startTimer,
      send: (own) => this.#sendOnce(own),
      mayHedge: () => left() > 0 && budget.take(),
      hedging: () => this.#call.resending("hedge"),
      isFailure: (result) => toEnd(result) !== "answered" || (retry !== undefined && isWorthRetry(result, retry)),
    }).start();
  }

  /** An attempt that no other can follow has all the time that is left. */
  #sendOnce(...own: readonly Cancellation[]): Promise<WireAnswer> {
    const { left } = this.#parts;
    const longestMs = (this.#repeatable ? this.#call.retry?.attemptTimeoutMs : undefined) ?? Number.POSITIVE_INFINITY;
    return this.#attempt({
      timeoutMs: Math.min(longestMs, Math.max(1, left())),
      cancellations: [...this.#call.cancellations, ...own],
    });
  }

  #keptAwayMs(): number {
    return this.#parts.breaker?.waitMs() ?? 0;
  }
}
