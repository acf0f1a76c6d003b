import { createRemoteJWKSet, jwtVerify } from "jose";
import type { BackendRequest } from "./backend-request.ts";

/** How a backend verifies the tokens it is sent. */
export interface BackendVerification {
  readonly jwksUri: string;
  readonly issuer: string;
  readonly audience: string;
  readonly now?: () => number;
}

/** Gives the challenge to answer a request with, or nothing if its token is good. */
export type ChallengeFor = (request: BackendRequest) => Promise<string | undefined>;

export function createChallengeFor(verification: BackendVerification): ChallengeFor {
  const { issuer, audience, now = Date.now } = verification;
  const keys = createRemoteJWKSet(new URL(verification.jwksUri), { cooldownDuration: 0 });

  return async ({ token }) => {
    if (token === undefined) return "Bearer";
    try {
      await jwtVerify(token, keys, { issuer, audience, typ: "at+jwt", currentDate: new Date(now()) });
      return undefined;
    } catch {
      return 'Bearer error="invalid_token"';
    }
  };
}
