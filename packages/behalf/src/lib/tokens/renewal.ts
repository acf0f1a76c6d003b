/** The life of a token, in epoch milliseconds. */
export interface TokenLife {
  readonly fetchedAt: number;
  readonly expiresAt: number;
}

/** What decides whether a token is used or renewed. */
export interface Renewable {
  readonly expiresAt: number;
  /** With how many milliseconds left a hit is to renew it; 0 where no hit is to. */
  readonly renewLeftMs: number;
}

/** What is to be done with a token that is held: use it, use it and renew it meanwhile, or wait for another one. */
export type RenewalState = "fresh" | "shouldRenew" | "mustRenew";

const lastSafeMs = 5_000;
const longestLeadMs = 300_000;
const leadShare = 0.25;
const leadSpread = 0.1;
const retryShare = 0.1;

/** Decides, in this one place, whether a held token is used or renewed. */
export function judgeLife({ renewLeftMs, expiresAt }: Renewable, now: number): RenewalState {
  const leftMs = expiresAt - now;
  if (leftMs <= lastSafeMs) return "mustRenew";
  return leftMs <= renewLeftMs ? "shouldRenew" : "fresh";
}

/**
 * With how much left the renewal of a token begins: a quarter of its life, or five minutes, a tenth more or less, so that
 * tokens that came together are not renewed together. `chance` is a number from 0 to 1.
 */
export function toRenewLeft({ fetchedAt, expiresAt }: TokenLife, chance: number): number {
  const leadMs = Math.min(longestLeadMs, (expiresAt - fetchedAt) * leadShare);
  return Math.round(leadMs * (1 + leadSpread * (2 * chance - 1)));
}

/** When, and with what chance from 0 to 1, a renewal is tried again. */
export interface RetryOptions {
  readonly now: number;
  /** How long the failure lasts that the last one met with, in milliseconds. */
  readonly failureMs: number;
  readonly chance: number;
}

/**
 * With how much left a renewal that failed is tried again: after about a tenth of what is left now, and not before the failure
 * is over.
 */
export function toRetryLeft({ expiresAt }: TokenLife, { now, failureMs, chance }: RetryOptions): number {
  const leftMs = expiresAt - now;
  return Math.max(0, Math.round(leftMs - Math.max(failureMs, leftMs * retryShare * (0.5 + chance))));
}
