import { reduceCause } from "../errors/reduce-cause.ts";

/** Why no answer came: the time ran out, the network failed, the answer was too large or could not be expanded, the transport is
 * closed, or it was not sent because the breaker is open or too many calls are under way. */
export type TransportFailure =
  | "timeout"
  | "unreachable"
  | "tooLarge"
  | "unreadable"
  | "closed"
  | "breakerOpen"
  | "overloaded";

/** No usable answer came. Who called turns it into an error that names the service. */
export class TransportError extends Error {
  override readonly name = "TransportError";
  readonly failure: TransportFailure;
  /** Whether bytes of the request may have left: `false` only if it is certain that none did. */
  readonly sent: boolean;

  constructor(failure: TransportFailure, { sent, cause }: { readonly sent: boolean; readonly cause?: unknown }) {
    super(`No answer: ${failure}.`, cause === undefined ? {} : { cause: reduceCause(cause) });
    this.failure = failure;
    this.sent = sent;
  }
}
