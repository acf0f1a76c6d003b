import type { CallHookLists } from "../../config/call-hook-lists.ts";
import { RequestRefusedError } from "../../errors/request-refused-error.ts";
import { cancelledBy } from "../../transport/cancellation.ts";
import { type GivenHeaders, listHeaders, type ReservedHeaders } from "../../transport/check-headers.ts";
import { readMethod } from "../../transport/check-method.ts";
import type { CallSettings } from "../../values/call-settings.ts";
import type { Cancellation } from "../../values/cancellation.ts";
import type { Place } from "../place.ts";
import type { CallObservation } from "./call-observation.ts";
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
  readonly settings: CallSettings;
  /** The headers that go with every request, where the program gives none of the same name. */
  readonly fixedHeaders: readonly string[];
  readonly hooks: CallHookLists | undefined;
  /** Whether redirects are left to the program. @default false */
  readonly keepsRedirects?: boolean | undefined;
}

const notCancelled: readonly Cancellation[] = [];

/**
 * Checks a request and makes it ready to be sent.
 *
 * @throws {RequestRefusedError} for headers that are Behalf's own, for TRACE and CONNECT, and for a time that is not above zero
 * @throws the reason of a signal that has aborted
 */
export function prepareRequest(
  given: GivenRequest,
  reservedHeaders: ReservedHeaders,
  observation: CallObservation,
): PreparedRequest {
  const { place, body, signal, timeoutMs, streams, settings, fixedHeaders, hooks } = given;
  const method = readMethod(given.method);
  if (!(timeoutMs > 0)) {
    throw new RequestRefusedError("timeout", "timeoutMs", '"timeoutMs" is a number of milliseconds above zero.');
  }
  signal?.throwIfAborted();
  const headers = listHeaders(given.headers, reservedHeaders);
  return {
    place,
    method,
    headers,
    body,
    timeoutMs,
    streams,
    settings,
    fixedHeaders,
    hooks,
    keepsRedirects: given.keepsRedirects ?? false,
    cancellations: signal ? [cancelledBy(signal)] : notCancelled,
    observation,
  };
}
