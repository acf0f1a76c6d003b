import { createHash, randomUUID } from "node:crypto";
import { the } from "../support/the.ts";
import type { KeyName } from "./key-ring.ts";
import type { Changes, JwtChanges, Members, Surroundings } from "./vocabulary.ts";

const encode = (part: string | Buffer): string => Buffer.from(part).toString("base64url");

/** A JWT before it is written. */
export interface Draft {
  readonly header: Members;
  readonly claims: Members;
  readonly key: KeyName;
}

function apply(members: Members, changes: Changes | undefined, surroundings: Surroundings): Members {
  return { ...members, ...(typeof changes === "function" ? changes(surroundings) : changes) };
}

/** Writes a JWT as the draft has it, but for the changes. */
export async function mint(draft: Draft, changes: JwtChanges, surroundings: Surroundings): Promise<string> {
  const same = (text: string): string => text;
  const { headerText = same, claimsText = same, signature, compact = same } = changes;
  const { ring } = surroundings;
  const key = ring[changes.key ?? draft.key];
  const named = changes.key === undefined ? draft.header : { ...draft.header, alg: key.alg, kid: key.kid };
  const header = encode(headerText(JSON.stringify(apply(named, changes.header, surroundings))));
  const payload = encode(claimsText(JSON.stringify(apply(draft.claims, changes.claims, surroundings))));
  const input = Buffer.from(`${header}.${payload}`);
  const signed = signature ? signature({ input, ring }) : key.sign(input);
  return compact(`${header}.${payload}.${signed.toString("base64url")}`, surroundings);
}

/** alice's access token for orders-api, half a minute old. */
export function draftToken({ as, now, ring }: Surroundings, header: Members = {}, claims: Members = {}): Draft {
  return {
    header: { alg: ring.ES256.alg, typ: "at+jwt", kid: ring.ES256.kid, ...header },
    claims: {
      iss: as.issuer,
      sub: the.alice,
      aud: the.clientId,
      client_id: "web-shop",
      scope: "orders",
      iat: now - 30,
      exp: now + 240,
      jti: randomUUID(),
      ...claims,
    },
    key: "ES256",
  };
}

/** The SHA-256 of a token, as proofs hold it. */
export const hashToken = (token: string): string => createHash("sha256").update(token).digest("base64url");

const requiredMembers: Readonly<Record<string, readonly string[]>> = {
  EC: ["crv", "kty", "x", "y"],
  OKP: ["crv", "kty", "x"],
  RSA: ["e", "kty", "n"],
};

/** The public members of a key, and no others. */
export function toPublicJwk(jwk: Members): Members {
  return Object.fromEntries((requiredMembers[String(jwk.kty)] ?? []).map((name) => [name, jwk[name]]));
}

/** The thumbprint of a key (RFC 7638). */
export const toThumbprint = (jwk: Members): string =>
  createHash("sha256")
    .update(JSON.stringify(toPublicJwk(jwk)))
    .digest("base64url");

/** A proof that the token's holder sends a `GET` to the URL. */
export function draftProof({ ring, now }: Surroundings, url: string, token: string): Draft {
  return {
    header: { typ: "dpop+jwt", alg: "ES256", jwk: toPublicJwk({ ...ring.holder.jwk }) },
    claims: { jti: randomUUID(), htm: "GET", htu: url, iat: now, ath: hashToken(token) },
    key: "holder",
  };
}
