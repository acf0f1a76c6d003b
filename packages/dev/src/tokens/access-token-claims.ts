import type { JWTPayload } from "jose";
import type { Actor } from "./acting-parties.ts";

/** The claims of an access token that the grants look at. */
export interface AccessTokenClaims {
  readonly subject: string;
  readonly audiences: readonly string[];
  readonly clientId: string;
  readonly tokenId: string;
  readonly expiresAtSeconds: number;
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

function readActor(value: unknown): Actor | undefined {
  if (typeof value !== "object" || value === null || !("sub" in value) || typeof value.sub !== "string")
    return undefined;
  const earlier = readActor("act" in value ? value.act : undefined);
  return { sub: value.sub, ...(earlier === undefined ? {} : { act: earlier }) };
}
