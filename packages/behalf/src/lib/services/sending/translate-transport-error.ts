import { BackendError } from "../../errors/backend-error.ts";
import { BackendUnreachableError, type BackendUnreachableErrorCode } from "../../errors/backend-unreachable-error.ts";
import { RequestRefusedError } from "../../errors/request-refused-error.ts";
import { TransportError, type TransportFailure } from "../../transport/transport-error.ts";
import type { Place } from "../place.ts";

/** What is refused once the instance ends. */
export const closedError = (): RequestRefusedError => new RequestRefusedError("closed", "behalf", "Behalf was closed.");

type Translate = (place: Place, error: TransportError) => Error;

const toSilence =
  (code: BackendUnreachableErrorCode): Translate =>
  (place, { cause, retryAfterMs }) =>
    new BackendUnreachableError({ ...place, code, retryAfterMs, cause });

const toUnreadable =
  (message: string): Translate =>
  (place, { status = 200 }) =>
    new BackendError({ ...place, code: "BEHALF_BACKEND_UNREADABLE", status, message });

const translations: Readonly<Record<TransportFailure, Translate>> = {
  timeout: toSilence("BEHALF_BACKEND_TIMEOUT"),
  unreachable: toSilence("BEHALF_BACKEND_UNREACHABLE"),
  breakerOpen: toSilence("BEHALF_BACKEND_BREAKER_OPEN"),
  overloaded: toSilence("BEHALF_BACKEND_OVERLOADED"),
  tooLarge: toUnreadable('the answer is larger than "maxResponseBytes"; read it by stream(), or set that higher'),
  unreadable: toUnreadable("the encoding of the answer is broken, or not known"),
  closed: closedError,
};

/** Names the service in an error of the transport; any other error, such as the reason of an abort, goes on as it is. */
export function translateTransportError(error: unknown, place: Place): unknown {
  return error instanceof TransportError ? translations[error.failure](place, error) : error;
}
