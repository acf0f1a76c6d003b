import type { TokenEndpointGrantContext } from "oidc-provider";
import type { ServerParts } from "../server/server-parts.ts";
import { chooseScopes } from "./choose-scopes.ts";
import { describeResourceServer } from "./describe-resource-server.ts";
import { findClient } from "./find-client.ts";
import { findTarget } from "./find-target.ts";
import { proveSender } from "./prove-sender.ts";

/** The parameters of the grant, besides those that authenticate the client. */
export const clientCredentialsParameters: readonly string[] = ["scope", "audience", "resource"];

/**
 * Creates the client credentials grant. It replaces the one of `oidc-provider`, which knows no `audience`, leaves unknown
 * scopes out in silence, and grants none by default.
 */
export function createClientCredentials(parts: ServerParts): (ctx: TokenEndpointGrantContext) => Promise<void> {
  return async (ctx) => {
    const client = findClient(parts, ctx, "clientCredentials");
    const constraint = await proveSender(parts, ctx);
    const target = findTarget(parts, client, ctx.oidc.params);
    const scope = chooseScopes(parts, { client, target, asked: ctx.oidc.params.scope }).join(" ");

    const token = new parts.provider.ClientCredentials({ client: ctx.oidc.client, scope, ...constraint });
    token.resourceServer = new parts.provider.ResourceServer(
      target.uri,
      describeResourceServer(parts.settings, target),
    );
    ctx.oidc.entity("ClientCredentials", token);
    ctx.body = {
      access_token: await token.save(),
      token_type: token.tokenType,
      expires_in: token.expiration,
      ...(scope === "" ? {} : { scope }),
    };
  };
}
