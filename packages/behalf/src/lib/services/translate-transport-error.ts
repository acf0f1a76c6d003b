import { BackendError } from "../errors/backend-error.ts";
import { BackendUnreachableError } from "../errors/backend-unreachable-error.ts";
import { RequestRefusedError } from "../errors/request-refused-error.ts";
import { TransportError, type TransportFailure } from "../transport/transport-error.ts";
import type { Place } from "./place.ts";

/** What is refused once the instance ends. */
export const closedError = (): RequestRefusedError => new RequestRefusedError("closed", "behalf", "Behalf was closed.");

const translations: Readonly<Record<TransportFailure, (place: Place, cause: unknown) => Error>> = {
  timeout: (place, cause) => new BackendUnreachableError({ ...place, code: "BEHALF_BACKEND_TIMEOUT", cause }),
  unreachable: (place, cause) => new BackendUnreachableError({ ...place, code: "BEHALF_BACKEND_UNREACHABLE", cause }),
  tooLarge: (place) =>
    new BackendError({
      ...place,
      code: "BEHALF_BACKEND_UNREADABLE",
      status: 200,
      message: "the answer is larger than 10 MiB; read it by stream()",
    }),
  closed: closedError,
};

/** Names the service in an error of the transport; any other error, such as the reason of an abort, goes on as it is. */
export function translateTransportError(error: unknown, place: Place): unknown {
  return error instanceof TransportError ? translations[error.failure](place, error.cause) : error;
}
