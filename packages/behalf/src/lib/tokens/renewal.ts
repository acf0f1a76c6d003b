/** The life of a token, in epoch milliseconds. */
export interface TokenLife {
  readonly fetchedAt: number;
  readonly expiresAt: number;
}

/** What is to be done with a token that is held: use it, renew it if that works, or renew it. */
export type RenewalState = "fresh" | "shouldRenew" | "mustRenew";

const lastSafeMs = 5_000;
const longestLeewayMs = 60_000;
const leewayShare = 0.2;

/** Decides, in this one place, whether a held token is used or renewed. */
export function judgeLife({ fetchedAt, expiresAt }: TokenLife, now: number): RenewalState {
  const remainingMs = expiresAt - now;
  if (remainingMs <= lastSafeMs) return "mustRenew";
  const leewayMs = Math.min(longestLeewayMs, (expiresAt - fetchedAt) * leewayShare);
  return remainingMs <= leewayMs ? "shouldRenew" : "fresh";
}
