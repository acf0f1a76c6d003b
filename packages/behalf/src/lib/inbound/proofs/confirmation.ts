import { CallerTokenError } from "../../errors/caller-token-error.ts";

/** What a token is bound to: the claim `cnf` (RFC 7800 section 3.1). */
export interface Confirmation {
  /** The SHA-256 thumbprint of a public key (RFC 9449 section 6.1). */
  readonly jkt: string | undefined;
  /** The SHA-256 thumbprint of a client certificate (RFC 8705 section 3.1). */
  readonly certificate: string | undefined;
}

interface KnownMembers {
  readonly jkt?: unknown;
  readonly "x5t#S256"?: unknown;
}

const thumbprint = /^[\w-]{43}$/;

function readThumbprint(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== "string" || !thumbprint.test(value)) throw new CallerTokenError("binding");
  return value;
}

/**
 * Reads what a token is bound to; `undefined` for a token that is bound to nothing.
 *
 * @throws {CallerTokenError} `binding`, when it is bound in a way that is not known here: it may not pass for unbound
 */
export function readConfirmation({ cnf }: Readonly<Record<string, unknown>>): Confirmation | undefined {
  if (cnf === undefined) return undefined;
  if (typeof cnf !== "object" || cnf === null) throw new CallerTokenError("binding");
  const members: KnownMembers = cnf;
  const jkt = readThumbprint(members.jkt);
  const certificate = readThumbprint(members["x5t#S256"]);
  if (jkt === undefined && certificate === undefined) throw new CallerTokenError("binding");
  return Object.freeze({ jkt, certificate });
}
