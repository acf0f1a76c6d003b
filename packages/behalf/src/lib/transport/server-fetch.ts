import type { ConnectionIdentity } from "../values/connection-identity.ts";
import { cancelledBy } from "./cancellation.ts";
import { toResponse } from "./to-response.ts";
import type { Transport } from "./transport.ts";
import { TransportError } from "./transport-error.ts";

const maxBytes = 1024 * 1024;
const timeoutMs = 5_000;

interface ServerRequest {
  readonly method: string;
  readonly headers: Headers | Readonly<Record<string, string>>;
  readonly body?: string | URLSearchParams | null | undefined;
  readonly signal?: AbortSignal | null | undefined;
  readonly identity?: ConnectionIdentity | undefined;
}

/**
 * Makes a `fetch` for authorization servers over a transport.
 *
 * Answers are read whole, up to 1 MiB; no redirect is followed. Errors are those of the standard `fetch`: `TypeError` for
 * the network, with the code of what broke, the signal's reason, and `RangeError` for an answer that is too large. Those for
 * the network and for the time carry `sent`: `false` only if it is certain that no byte of the request left.
 */
export function createServerFetch(transport: Transport): (url: string, request: ServerRequest) => Promise<Response> {
  return async (address, { method, headers, body, signal, identity }) => {
    const url = new URL(address);
    try {
      const answer = await transport.send({
        origin: url.origin,
        path: `${url.pathname}${url.search}`,
        method,
        headers: [...new Headers(headers)].flat(),
        body: body?.toString() ?? null,
        timeoutMs,
        maxBytes,
        streams: false,
        cancellations: signal ? [cancelledBy(signal)] : [],
        identity,
      });
      return toResponse(answer);
    } catch (error) {
      throw toFetchError(error);
    }
  };
}

function toFetchError(error: unknown): unknown {
  if (!(error instanceof TransportError)) return error;
  if (error.failure === "tooLarge") return new RangeError("The answer is too large.");
  return Object.assign(toNetworkError(error), { sent: error.sent });
}

function toNetworkError({ failure, cause }: TransportError): Error {
  if (failure === "timeout") return new DOMException("The authorization server took too long", "TimeoutError");
  const error = new TypeError("The authorization server could not be reached.", { cause });
  const code = typeof cause === "object" && cause !== null && "code" in cause ? cause.code : undefined;
  return code === undefined ? error : Object.assign(error, { code });
}
