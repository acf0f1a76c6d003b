import type { TokenEndpointGrantContext } from "oidc-provider";
import type { ServerParts } from "../server/server-parts.ts";
import type { Client, ClientGrant } from "../settings/client.ts";

/** Gives the authenticated client, if it may use the grant. */
export function findClient(parts: ServerParts, ctx: TokenEndpointGrantContext, grant: ClientGrant): Client {
  const client = parts.settings.clients.find(({ id }) => id === ctx.oidc.client.clientId);
  if (client === undefined || !client.grants.includes(grant)) {
    throw new parts.library.errors.UnauthorizedClient("the client may not use this grant type");
  }
  return client;
}
