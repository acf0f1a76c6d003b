import type { TokenEndpointGrantContext } from "oidc-provider";
import type { ServerParts } from "../server/server-parts.ts";
import { acceptToken } from "./accept-token.ts";
import { type AssertionRequest, jwtBearerGrant, readAssertionRequest } from "./assertion-request.ts";
import { chooseScopes } from "./choose-scopes.ts";
import { describePersonTo } from "./extra-claims.ts";
import { findClient } from "./find-client.ts";
import { findTarget } from "./find-target.ts";
import { invalidGrant } from "./invalid-grant.ts";
import { type AccessTokenFacts, chooseExpiry, makeAccessToken, makeRefreshToken } from "./make-tokens.ts";
import { constrainRefreshToken, proveSender, type SenderConstraint } from "./prove-sender.ts";
import { readTargetScopes } from "./target-scopes.ts";

/**
 * Creates the grant of JWT assertions (RFC 7523), where the assertion is an access token of this server for the client. With
 * `requested_token_use=on_behalf_of` it is the on-behalf-of flow of Microsoft Entra, in its parameters and its answer.
 *
 * An assertion that is not accepted is `invalid_grant`, as section 3.1 demands.
 */
export function createJwtBearer(parts: ServerParts): (ctx: TokenEndpointGrantContext) => Promise<void> {
  return async (ctx) => {
    const request = readAssertionRequest(parts, ctx.oidc.params);
    findClient(parts, ctx, request.onBehalfOf ? "onBehalfOf" : "jwtBearer");
    const constraint = await proveSender(parts, ctx);
    const { offline, ...facts } = await establishFacts(parts, ctx, { ...request, constraint });

    const token = makeAccessToken(parts, facts);
    ctx.oidc.entity("AccessToken", token);
    const value = await token.save();
    const lasting = { ...facts, constraint: constrainRefreshToken(ctx, constraint), targets: [facts.target] };
    const refreshToken = offline ? await makeRefreshToken(parts, lasting) : undefined;
    ctx.body = {
      access_token: value,
      token_type: token.tokenType,
      expires_in: token.remainingTTL,
      ...(request.onBehalfOf ? { ext_expires_in: token.remainingTTL } : {}),
      ...(facts.scope === "" ? {} : { scope: facts.scope }),
      ...(refreshToken === undefined ? {} : { refresh_token: await refreshToken.save() }),
    };
  };
}

interface Given extends AssertionRequest {
  readonly constraint: SenderConstraint;
}

async function establishFacts(
  parts: ServerParts,
  ctx: TokenEndpointGrantContext,
  { assertion, onBehalfOf, constraint }: Given,
): Promise<AccessTokenFacts & { readonly offline: boolean }> {
  const refuse = (reason: string): Error => invalidGrant(parts, reason);
  const client = findClient(parts, ctx, onBehalfOf ? "onBehalfOf" : "jwtBearer");
  const subject = await acceptToken(parts, { client, parameter: "assertion", token: assertion, refuse });
  ctx.oidc.entity("Subject", subject.subject);
  if (onBehalfOf && subject.subject === subject.clientId) throw refuse("assertion is about a client, not a person");

  const { params } = ctx.oidc;
  const asked = onBehalfOf ? readTargetScopes(parts.settings.resources, params.scope) : { ...params, offline: false };
  const target = findTarget(parts, client, asked);
  return {
    client: ctx.oidc.client,
    subject: subject.subject,
    target,
    scope: chooseScopes(parts, { client, target, asked: asked.scope }).join(" "),
    grantType: jwtBearerGrant,
    constraint,
    claims: describePersonTo(parts.settings, target, subject.subject),
    expiresAtSeconds: chooseExpiry(target, subject.expiresAtSeconds),
    offline: asked.offline && client.grants.includes("refreshToken"),
  };
}
