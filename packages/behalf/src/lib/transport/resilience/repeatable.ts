import { defaultRetry, type RetrySettings } from "../../values/call-settings.ts";
import type { ResilientCall } from "../resilience.ts";

const needsKey: ReadonlySet<string> = new Set(["POST", "PATCH"]);

/**
 * Tells whether a call may go out once more: a body that can be sent again, and a method that is listed. `POST` and `PATCH` need
 * a key by which the backend knows them again, and nothing else.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9110.html#section-9.2.2}
 */
export function isRepeatable(call: ResilientCall, retry: RetrySettings = defaultRetry): boolean {
  if (!call.replayable) return false;
  if (needsKey.has(call.method)) return call.hasIdempotencyKey;
  return retry.methods.has(call.method);
}
