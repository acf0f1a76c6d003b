import { BackendUnreachableError } from "../../errors/backend-unreachable-error.ts";
import type { Place } from "../place.ts";

/**
 * Gives how long a call may take: not longer than its caller waits.
 *
 * @throws {BackendUnreachableError} when the caller waits no longer
 */
export function withinTime(timeoutMs: number, endsAt: number | undefined, place: Place): number {
  if (endsAt === undefined) return timeoutMs;
  const leftMs = endsAt - performance.now();
  if (leftMs > 0) return Math.min(timeoutMs, leftMs);
  throw new BackendUnreachableError({ ...place, code: "BEHALF_BACKEND_TIMEOUT" });
}
