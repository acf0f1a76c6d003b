import type { TokenEndpointGrantContext } from "oidc-provider";
import type { ServerParts } from "../server/server-parts.ts";
import type { Client } from "../settings/client.ts";
import type { AccessTokenClaims } from "./access-token-claims.ts";
import type { Actor } from "./acting-parties.ts";
import { chooseScopes } from "./choose-scopes.ts";
import { describeResourceServer } from "./describe-resource-server.ts";
import { readExchangeRequest, tokenExchangeGrant } from "./exchange-request.ts";
import { findClient } from "./find-client.ts";
import { findTarget } from "./find-target.ts";

/**
 * Creates the token exchange grant (RFC 8693): the caller's token in, a token for one backend out, with the client as the
 * acting party.
 *
 * A subject token that is not accepted is `invalid_request`, as section 2.2.2 demands.
 */
export function createTokenExchange(parts: ServerParts): (ctx: TokenEndpointGrantContext) => Promise<void> {
  return async (ctx) => {
    const { params } = ctx.oidc;
    const client = findClient(parts, ctx, "tokenExchange");
    const { subjectToken, issuedTokenType } = readExchangeRequest(parts, params);
    const subject = await acceptSubject(parts, client, subjectToken);
    ctx.oidc.entity("Subject", subject.subject);
    const target = findTarget(parts, client, params);
    const scope = chooseScopes(parts, { client, target, asked: params.scope }).join(" ");

    const token = new parts.provider.AccessToken({
      client: ctx.oidc.client,
      accountId: subject.subject,
      grantId: "",
      gty: tokenExchangeGrant,
      scope,
      resourceServer: new parts.provider.ResourceServer(target.uri, describeResourceServer(parts.settings, target)),
      exp: chooseExpiry(parts, subject),
    });
    parts.actingParties.set(token, toActor(client, subject));
    ctx.oidc.entity("AccessToken", token);
    ctx.body = {
      access_token: await token.save(),
      issued_token_type: issuedTokenType,
      token_type: "Bearer",
      expires_in: token.remainingTTL,
      ...(scope === "" ? {} : { scope }),
    };
  };
}

async function acceptSubject(parts: ServerParts, client: Client, token: string): Promise<AccessTokenClaims> {
  const { InvalidRequest } = parts.library.errors;
  const presented = await parts.issuedTokens.examine(token);
  if (!presented.active) throw new InvalidRequest(`subject_token ${presented.reason}`);
  if (!presented.claims.audiences.includes(client.id)) {
    throw new InvalidRequest("subject_token is meant for another audience than this client");
  }
  return presented.claims;
}

function chooseExpiry({ settings }: ServerParts, subject: AccessTokenClaims): number {
  return Math.min(Math.floor(Date.now() / 1000) + settings.accessTokenLifetimeSeconds, subject.expiresAtSeconds);
}

function toActor(client: Client, { actor }: AccessTokenClaims): Actor {
  return { sub: client.id, ...(actor === undefined ? {} : { act: actor }) };
}
