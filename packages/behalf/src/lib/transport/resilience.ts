import type { BreakerSettings, BulkheadSettings, HedgeSettings, RetrySettings } from "../values/call-settings.ts";
import type { Cancellation } from "../values/cancellation.ts";
import type { WireAnswer } from "./wire.ts";

/** A call that is to be sent resiliently. What is `undefined` is not done. */
export interface ResilientCall {
  /** What bulkhead, breaker and retry budget belong to. */
  readonly origin: string;
  readonly method: string;
  /** Whether the body can be sent again. */
  readonly replayable: boolean;
  /** Whether the request carries a header `Idempotency-Key`. */
  readonly hasIdempotencyKey: boolean;
  /** What is left of the time of the call, in milliseconds. */
  readonly timeoutMs: number;
  readonly cancellations: readonly Cancellation[];
  readonly retry: RetrySettings | undefined;
  readonly breaker: BreakerSettings | undefined;
  readonly bulkhead: BulkheadSettings | undefined;
  readonly hedge: HedgeSettings | undefined;
  /** Is told why the request goes out once more, before it does. */
  resending(reason: "retry" | "hedge"): void;
}

/** What one attempt of a call may take. */
export interface AttemptBounds {
  readonly timeoutMs: number;
  readonly cancellations: readonly Cancellation[];
}

/** Sends the request once; rejects with a {@link TransportError}, a reason of a cancellation, or an error of our own. */
export type Attempt = (bounds: AttemptBounds) => Promise<WireAnswer>;

/** Sends calls through the bulkhead, the breaker, the hedges and the retries of their origins. */
export interface Resilience {
  /**
   * @throws {TransportError} `breakerOpen` or `overloaded` when it is not sent, `timeout` when the time is over before it is
   * @throws what the last attempt failed by
   */
  send(call: ResilientCall, attempt: Attempt): Promise<WireAnswer>;
}
