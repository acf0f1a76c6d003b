import { reduceCause } from "../errors/reduce-cause.ts";

/**
 * Why no answer came: the time ran out, the network failed, the answer was too large or could not be expanded, the transport is
 * closed; or the request was not sent, because the breaker is open or too many calls are under way.
 */
export type TransportFailure =
  | "timeout"
  | "unreachable"
  | "tooLarge"
  | "unreadable"
  | "closed"
  | "breakerOpen"
  | "overloaded";

/** What is known of a failure. */
export interface TransportErrorFacts {
  /** Whether bytes of the request may have left: `false` only if it is certain that none did. */
  readonly sent: boolean;
  /** The status of the answer, where one began to come. */
  readonly status?: number | undefined;
  /** After how long it makes sense to try again, in milliseconds. */
  readonly retryAfterMs?: number | undefined;
  readonly cause?: unknown;
}

/** No usable answer came. Who called turns it into an error that names the service. */
export class TransportError extends Error {
  override readonly name = "TransportError";
  readonly failure: TransportFailure;
  readonly sent: boolean;
  readonly status: number | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(failure: TransportFailure, { sent, status, retryAfterMs, cause }: TransportErrorFacts) {
    super(`No answer: ${failure}.`, cause === undefined ? {} : { cause: reduceCause(cause) });
    this.failure = failure;
    this.sent = sent;
    this.status = status;
    this.retryAfterMs = retryAfterMs;
  }
}
