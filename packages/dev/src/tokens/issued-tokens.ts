import { errors, type JWTVerifyGetKey, jwtVerify } from "jose";
import { createMemoryStore } from "../server/memory-store.ts";
import { type AccessTokenClaims, readAccessTokenClaims } from "./access-token-claims.ts";
import type { FindOpaqueToken } from "./opaque-tokens.ts";

/** What became of a token that was presented to the server that should have issued it. */
export type PresentedToken =
  | { readonly active: true; readonly claims: AccessTokenClaims }
  | { readonly active: false; readonly reason: string };

/** Recognizes the access tokens of this server, and remembers the revoked ones. */
export interface IssuedTokens {
  examine(token: string): Promise<PresentedToken>;
  revoke(claims: AccessTokenClaims): void;
}

/** Where the tokens come from. */
export interface IssuedTokensOptions {
  readonly issuer: string;
  readonly findPublicKey: JWTVerifyGetKey;
  readonly findOpaqueToken: FindOpaqueToken;
}

const revocationsKept = 10_000;

/** Creates the register of one server's access tokens. */
export function createIssuedTokens({ issuer, findPublicKey, findOpaqueToken }: IssuedTokensOptions): IssuedTokens {
  const revoked = createMemoryStore<true>({ capacity: revocationsKept });

  return {
    async examine(token) {
      const known = await findOpaqueToken(token);
      if (known !== undefined) return { active: true, claims: known };
      try {
        const { payload } = await jwtVerify(token, findPublicKey, { issuer, typ: "at+jwt" });
        const claims = readAccessTokenClaims(payload);
        if (claims === undefined) return { active: false, reason: "is not an access token of this server" };
        return revoked.get(claims.tokenId) ? { active: false, reason: "is revoked" } : { active: true, claims };
      } catch (error) {
        if (!(error instanceof errors.JOSEError)) throw error;
        return { active: false, reason: toReason(error) };
      }
    },
    revoke(claims) {
      revoked.set(claims.tokenId, true, Math.max(0, claims.expiresAtSeconds * 1000 - Date.now()));
    },
  };
}

function toReason(error: errors.JOSEError): string {
  if (error instanceof errors.JWTExpired) return "is expired";
  if (error instanceof errors.JWSInvalid || error instanceof errors.JWTInvalid) return "is not a signed JWT";
  return "is not an access token of this server";
}
