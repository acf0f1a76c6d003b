import { reduceCause } from "../errors/reduce-cause.ts";

/** Why no answer came: the time ran out, the network failed, the answer was too large, or the transport is closed. */
export type TransportFailure = "timeout" | "unreachable" | "tooLarge" | "closed";

/** No usable answer came. Who called turns it into an error that names the service. */
export class TransportError extends Error {
  override readonly name = "TransportError";
  readonly failure: TransportFailure;

  constructor(failure: TransportFailure, cause?: unknown) {
    super(`No answer: ${failure}.`, cause === undefined ? {} : { cause: reduceCause(cause) });
    this.failure = failure;
  }
}
