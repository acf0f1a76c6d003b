import type { JWTPayload } from "jose";
import { type Actor, readActor } from "./actor.ts";

/** The claims of an access token that the grants look at. */
export interface AccessTokenClaims {
  readonly subject: string;
  readonly audiences: readonly string[];
  readonly clientId: string;
  readonly tokenId: string;
  readonly expiresAtSeconds: number;
  /** The party that acts for the subject already. */
  readonly actor: Actor | undefined;
  /** Every claim, as signed. */
  readonly all: JWTPayload;
}

/** Reads the claims of a verified access token; undefined when one is missing, so that it is none of ours. */
export function readAccessTokenClaims(payload: JWTPayload): AccessTokenClaims | undefined {
  const { sub, aud, jti, exp, client_id: clientId, act } = payload;
  if (sub === undefined || aud === undefined || jti === undefined || exp === undefined) return undefined;
  if (typeof clientId !== "string") return undefined;
  return {
    subject: sub,
    audiences: [aud].flat(),
    clientId,
    tokenId: jti,
    expiresAtSeconds: exp,
    actor: readActor(act),
    all: payload,
  };
}
