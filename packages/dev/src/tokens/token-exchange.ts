import type { TokenEndpointGrantContext } from "oidc-provider";
import type { ServerParts } from "../server/server-parts.ts";
import { acceptToken } from "./accept-token.ts";
import { checkMayAct, findActingParty } from "./acting-party.ts";
import { toActor } from "./actor.ts";
import { chooseScopes } from "./choose-scopes.ts";
import { type ExchangeRequest, readExchangeRequest, refreshTokenType, tokenExchangeGrant } from "./exchange-request.ts";
import { describePersonTo } from "./extra-claims.ts";
import { findClient, refuseUnlessAllowed } from "./find-client.ts";
import { findTarget } from "./find-target.ts";
import { type AccessTokenFacts, chooseExpiry, makeAccessToken, makeRefreshToken } from "./make-tokens.ts";
import { constrainRefreshToken, proveSender } from "./prove-sender.ts";

/**
 * Creates the token exchange grant (RFC 8693): the caller's token in, a token for one backend out, with the client, or
 * whom the actor token is about, as the acting party.
 *
 * A subject token that is not accepted is `invalid_request`, as section 2.2.2 demands.
 */
export function createTokenExchange(parts: ServerParts): (ctx: TokenEndpointGrantContext) => Promise<void> {
  return async (ctx) => {
    const client = findClient(parts, ctx, "tokenExchange");
    const constraint = await proveSender(parts, ctx);
    const request = readExchangeRequest(parts, ctx.oidc.params);
    const isRefresh = request.issuedTokenType === refreshTokenType;
    if (isRefresh) refuseUnlessAllowed(parts, client, "refreshToken");
    const facts = await establishFacts(parts, ctx, request);
    await (isRefresh ? answerRefreshToken : answerAccessToken)(parts, ctx, { ...facts, constraint, request });
  };
}

interface Answer extends AccessTokenFacts {
  readonly request: ExchangeRequest;
}

async function establishFacts(
  parts: ServerParts,
  ctx: TokenEndpointGrantContext,
  { subjectToken, actorToken }: ExchangeRequest,
): Promise<Omit<AccessTokenFacts, "constraint">> {
  const { params } = ctx.oidc;
  const { InvalidRequest } = parts.library.errors;
  const client = findClient(parts, ctx, "tokenExchange");
  const subject = await acceptToken(parts, {
    client,
    parameter: "subject_token",
    token: subjectToken,
    refuse: (reason) => new InvalidRequest(reason),
  });
  ctx.oidc.entity("Subject", subject.subject);
  const party = await findActingParty(parts, client, actorToken);
  checkMayAct(parts, subject, party);
  const target = findTarget(parts, client, params);
  return {
    client: ctx.oidc.client,
    subject: subject.subject,
    target,
    scope: chooseScopes(parts, { client, target, asked: params.scope }).join(" "),
    grantType: tokenExchangeGrant,
    claims: {
      ...describePersonTo(parts.settings, target, subject.subject),
      act: toActor(party.sub, subject.actor),
    },
    expiresAtSeconds: chooseExpiry(target, subject.expiresAtSeconds),
  };
}

async function answerAccessToken(parts: ServerParts, ctx: TokenEndpointGrantContext, answer: Answer): Promise<void> {
  const token = makeAccessToken(parts, answer);
  ctx.oidc.entity("AccessToken", token);
  ctx.body = {
    access_token: await token.save(),
    issued_token_type: answer.request.issuedTokenType,
    token_type: token.tokenType,
    expires_in: token.remainingTTL,
    ...(answer.scope === "" ? {} : { scope: answer.scope }),
  };
}

/** The refresh token stands in `access_token`, as section 2.2.1 has it, and is no token to call anybody with. */
async function answerRefreshToken(parts: ServerParts, ctx: TokenEndpointGrantContext, answer: Answer): Promise<void> {
  const constraint = constrainRefreshToken(ctx, answer.constraint);
  const token = await makeRefreshToken(parts, { ...answer, constraint, targets: [answer.target] });
  ctx.oidc.entity("RefreshToken", token);
  ctx.body = {
    access_token: await token.save(),
    issued_token_type: answer.request.issuedTokenType,
    token_type: "N_A",
    ...(answer.scope === "" ? {} : { scope: answer.scope }),
  };
}
