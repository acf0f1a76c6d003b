import type { TokenEndpointGrantContext } from "oidc-provider";
import type { ServerParts } from "../server/server-parts.ts";
import type { Client, ClientGrant } from "../settings/client.ts";

/** Gives the authenticated client, if it may use the grant. */
export function findClient(parts: ServerParts, ctx: TokenEndpointGrantContext, grant: ClientGrant): Client {
  const client = parts.settings.clients.find(({ id }) => id === ctx.oidc.client.clientId);
  if (client === undefined) throw new parts.library.errors.UnauthorizedClient("the client is not known here");
  refuseUnlessAllowed(parts, client, grant);
  return client;
}

/** Refuses a client that may not use a grant. */
export function refuseUnlessAllowed({ library }: ServerParts, client: Client, grant: ClientGrant): void {
  if (client.grants.includes(grant)) return;
  throw new library.errors.UnauthorizedClient("the client may not use this grant type");
}
