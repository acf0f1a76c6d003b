import { CallerTokenError } from "../../errors/caller-token-error.ts";
import type { Members } from "./read-strict-json.ts";

/** By what the times of a token are judged. */
export interface TimeRules {
  readonly clockToleranceMs: number;
  /** How long after `iat` a token may end, in milliseconds; with it, `iat` is needed. */
  readonly maxLifeMs: number | undefined;
  /** In epoch milliseconds. */
  readonly at: number;
}

/** The times of a token, in epoch milliseconds. */
export interface TokenTimes {
  readonly expiresAt: number | undefined;
  readonly issuedAt: number | undefined;
}

/** The last instant that a `Date` can hold, in seconds. */
const lastSecond = 8.64e12;

function readSeconds(value: unknown): number | undefined {
  if (value === undefined) return undefined;
  if (typeof value === "number" && value >= 0 && value <= lastSecond) return value * 1000;
  throw new CallerTokenError("claims");
}

function checkLife({ expiresAt, issuedAt }: TokenTimes, maxLifeMs: number): void {
  if (expiresAt === undefined || issuedAt === undefined) throw new CallerTokenError("claims");
  if (expiresAt - issuedAt > maxLifeMs) throw new CallerTokenError("life");
}

/**
 * Checks `exp`, `nbf` and `iat`.
 *
 * @throws {CallerTokenError} `expired`, `notYetValid`, also for what was issued in the future, `life`, or `claims` for what is
 *   no time
 * @see {@link https://www.rfc-editor.org/rfc/rfc7519.html#section-4.1.4}
 */
export function checkTimes({ exp, nbf, iat }: Members, { clockToleranceMs, maxLifeMs, at }: TimeRules): TokenTimes {
  const times = { expiresAt: readSeconds(exp), issuedAt: readSeconds(iat) };
  const notBefore = readSeconds(nbf);
  const earliest = at - clockToleranceMs;
  const latest = at + clockToleranceMs;
  if (times.expiresAt !== undefined && times.expiresAt <= earliest) throw new CallerTokenError("expired");
  if ((notBefore ?? 0) > latest || (times.issuedAt ?? 0) > latest) throw new CallerTokenError("notYetValid");
  if (maxLifeMs !== undefined) checkLife(times, maxLifeMs);
  return times;
}
