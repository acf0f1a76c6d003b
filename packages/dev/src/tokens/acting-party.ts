import type { ServerParts } from "../server/server-parts.ts";
import type { Client } from "../settings/client.ts";
import { acceptAnyToken } from "./accept-token.ts";
import type { AccessTokenClaims } from "./access-token-claims.ts";
import { invalidGrant } from "./invalid-grant.ts";

/** The party that is to act for the subject. */
export interface ActingParty {
  readonly sub: string;
  readonly client_id: string;
  readonly iss: string;
}

/** Finds who is to act: whom the actor token is about, or else the client. */
export async function findActingParty(
  parts: ServerParts,
  client: Client,
  actorToken: string | undefined,
): Promise<ActingParty> {
  const iss = parts.provider.issuer;
  if (actorToken === undefined) return { sub: client.id, client_id: client.id, iss };

  const { InvalidRequest } = parts.library.errors;
  const refuse = (reason: string): Error => new InvalidRequest(reason);
  const claims = await acceptAnyToken(parts, { client, parameter: "actor_token", token: actorToken, refuse });
  if (claims.clientId !== client.id && !claims.audiences.includes(client.id)) {
    throw refuse("actor_token was issued neither to this client nor for it");
  }
  return { sub: claims.subject, client_id: claims.clientId, iss };
}

/**
 * Refuses a party that the subject's `may_act` claim does not name.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc8693.html#section-4.4}
 */
export function checkMayAct(parts: ServerParts, subject: AccessTokenClaims, party: ActingParty): void {
  const { may_act: allowed } = subject.all;
  if (allowed === undefined) return;

  const { sub, client_id: clientId, iss } = typeof allowed === "object" && allowed !== null ? toParty(allowed) : {};
  const named = [
    [sub, party.sub],
    [clientId, party.client_id],
    [iss, party.iss],
  ].filter(([wanted]) => wanted !== undefined);
  if (named.length > 0 && named.every(([wanted, actual]) => wanted === actual)) return;
  throw invalidGrant(parts, "may_act of the subject token names another party");
}

function toParty(allowed: object): { readonly sub?: unknown; readonly client_id?: unknown; readonly iss?: unknown } {
  return { ...allowed };
}
