import { RequestRefusedError } from "../errors/request-refused-error.ts";
import { cancelledBy } from "../transport/cancellation.ts";
import { type GivenHeaders, listHeaders } from "../transport/check-headers.ts";
import type { CallObservation } from "./call-observation.ts";
import type { Place } from "./place.ts";
import type { PreparedRequest } from "./prepared-request.ts";
import type { RequestBody } from "./request-body.ts";

/** A request as a program gives it. */
export interface GivenRequest {
  readonly place: Place;
  readonly method: string;
  readonly headers: GivenHeaders | undefined;
  readonly body: RequestBody;
  readonly signal: AbortSignal | undefined;
  readonly timeoutMs: number;
  readonly streams: boolean;
}

const revealing = new Set(["CONNECT", "TRACE", "TRACK"]);

/**
 * Checks a request and makes it ready to be sent.
 *
 * @throws {RequestRefusedError} for headers that are Behalf's own, for TRACE and CONNECT, and for a time that is not above zero
 * @throws the reason of a signal that has aborted
 */
export function prepareRequest(
  given: GivenRequest,
  messageIdHeader: string,
  observation: CallObservation,
): PreparedRequest {
  const { place, method, body, signal, timeoutMs, streams } = given;
  if (revealing.has(method.toUpperCase())) {
    throw new RequestRefusedError("method", method, "TRACE and CONNECT would give the token away.");
  }
  if (!(timeoutMs > 0)) {
    throw new RequestRefusedError("timeout", "timeoutMs", '"timeoutMs" is a number of milliseconds above zero.');
  }
  signal?.throwIfAborted();
  const headers = listHeaders(given.headers, messageIdHeader);
  return {
    place,
    method,
    headers,
    body,
    timeoutMs,
    streams,
    cancellations: signal ? [cancelledBy(signal)] : [],
    observation,
  };
}
