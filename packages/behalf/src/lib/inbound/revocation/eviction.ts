import type { ActorToken } from "../../values/actor-token.ts";
import { digest } from "../../values/digest.ts";

/** What is no longer to be accepted: one token, or what was issued for one subject or in one session until now. */
export interface Eviction {
  readonly token?: ActorToken | string | undefined;
  readonly subject?: string | undefined;
  readonly sessionId?: string | undefined;
  /** Whose token, subject or session it is. @default anybody's */
  readonly issuer?: string | undefined;
}

/** By what a token is found to be evicted. What is `obtained` is no caller's own token, and refused to nobody. */
export type MarkerKind = "token" | "subject" | "session" | "obtained";

/** Where the marker of an eviction stands. */
export interface MarkerPlace {
  readonly kind: MarkerKind;
  readonly key: string;
}

/** A JWT without its signature: of an ECDSA signature, anybody can make another one that fits. */
export function withoutSignature(token: string): string {
  const end = token.lastIndexOf(".");
  return end > token.indexOf(".") ? token.slice(0, end) : token;
}

/**
 * The key of a marker, by the digest of what it is about. That is of one length, so that nothing reaches into the issuer. A slash
 * at the issuer's end does not count: whose it is does not depend on who writes it.
 */
export function toMarkerKey(valueDigest: string, issuer: string | undefined): string {
  return issuer === undefined ? valueDigest : `${valueDigest} ${issuer.replace(/\/$/, "")}`;
}

/**
 * Gives the place of the marker that an eviction leaves.
 *
 * @throws {TypeError} when not exactly one of `token`, `subject` and `sessionId` is given, or an empty text
 */
export function toMarkerPlace({ token, subject, sessionId, issuer }: Eviction): MarkerPlace {
  const evicted = token === undefined ? undefined : withoutSignature(typeof token === "object" ? token.value() : token);
  const named = { token: evicted, subject, session: sessionId } as const;
  const kinds = (["token", "subject", "session"] as const).filter((kind) => named[kind] !== undefined);
  const [kind, ...others] = kinds;
  if (kind === undefined || others.length > 0) throw new TypeError('Give one of "token", "subject" and "sessionId".');
  const value = named[kind];
  if (!value || issuer === "") throw new TypeError("What is to be evicted has an empty name.");
  return { kind, key: toMarkerKey(digest(value), issuer) };
}
