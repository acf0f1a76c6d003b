import type { ServerParts } from "../server/server-parts.ts";
import type { Client } from "../settings/client.ts";
import type { AccessTokenClaims } from "./access-token-claims.ts";

/** A token that came as the parameter of a grant. */
export interface GivenToken {
  readonly client: Client;
  /** The name of the parameter. */
  readonly parameter: string;
  readonly token: string;
  /** Makes the error for a token that is not accepted. */
  readonly refuse: (reason: string) => Error;
}

/** Gives the claims of a live token of this server that was issued for the client to receive. */
export async function acceptToken(parts: ServerParts, given: GivenToken): Promise<AccessTokenClaims> {
  const claims = await acceptAnyToken(parts, given);
  if (claims.audiences.includes(given.client.id)) return claims;
  throw given.refuse(`${given.parameter} is meant for another audience than this client`);
}

/** Gives the claims of a live token of this server, whomever it is for. */
export async function acceptAnyToken(parts: ServerParts, given: GivenToken): Promise<AccessTokenClaims> {
  const presented = await parts.issuedTokens.examine(given.token);
  if (!presented.active) throw given.refuse(`${given.parameter} ${presented.reason}`);
  return presented.claims;
}
