import type { RetrySettings } from "../../values/call-settings.ts";
import type { Now } from "../../values/clock.ts";
import { TransportError } from "../transport-error.ts";
import type { AttemptResult } from "./attempt-result.ts";
import { parseRetryAfter } from "./parse-retry-after.ts";

/** What a delay depends on, besides the settings. */
export interface DelayOptions {
  /** Gives a number from 0 to below 1. */
  readonly random: () => number;
  readonly wallNow: Now;
}

const failures: ReadonlySet<string> = new Set(["unreachable", "timeout"]);

/** Tells whether another attempt might give something better. */
export function isWorthRetry({ answer, error }: AttemptResult, { statuses }: RetrySettings): boolean {
  if (answer) return statuses.has(answer.status);
  return error instanceof TransportError && failures.has(error.failure);
}

/**
 * Chooses how long to wait before the next attempt, in milliseconds: a random part of a time that doubles, so that many who
 * failed together do not come back together, but not before the backend asks to. `undefined` when it asks for too much.
 */
export function chooseDelay(
  { answer }: AttemptResult,
  attempts: number,
  { retry, random, wallNow }: DelayOptions & { readonly retry: RetrySettings },
): number | undefined {
  const { minDelayMs, maxDelayMs } = retry;
  const asked = answer ? (parseRetryAfter(answer.headers, wallNow) ?? 0) : 0;
  if (asked > maxDelayMs) return undefined;
  const longest = Math.min(maxDelayMs, minDelayMs * 2 ** (attempts - 1));
  return Math.max(asked, random() * longest);
}
