import type { JWTPayload } from "jose";
import { OAuthError } from "../answer.ts";
import { readExchangedToken, tokenTypes } from "./exchanged-token.ts";
import type { Grant, Granted, GrantRequest } from "./granted.ts";
import { listTargets, readScope, toRequestedClaims } from "./requested.ts";

/** The parties of an exchange. */
interface Parties {
  readonly subject: JWTPayload;
  readonly actor?: JWTPayload;
}

type Exchange = (request: GrantRequest, parties: Parties) => Granted;

async function readParties(request: GrantRequest): Promise<Parties> {
  const subject = await readExchangedToken(request, "subject_token");
  if (request.form.has("actor_token")) return { subject, actor: await readExchangedToken(request, "actor_token") };
  if (request.form.has("actor_token_type")) {
    throw new OAuthError("invalid_request", '"actor_token_type" needs "actor_token"');
  }
  return { subject };
}

/** RFC 8693 section 4.4: who may act for the subject, if its token says so. */
function checkMayAct({ client }: GrantRequest, { subject, actor }: Parties): void {
  const { may_act: allowed } = subject;
  if (typeof allowed !== "object" || allowed === null) return;
  const named: readonly unknown[] = ["sub" in allowed && allowed.sub, "client_id" in allowed && allowed.client_id];
  if (![actor?.sub, client.clientId].some((id) => id !== undefined && named.includes(id))) {
    throw new OAuthError("invalid_grant", "may_act does not allow this actor");
  }
}

/** RFC 8693 section 4.1: the actor, around the actors before it. */
function toActor({ client }: GrantRequest, { subject, actor }: Parties): Readonly<Record<string, unknown>> {
  const self = actor ? { sub: actor.sub, client_id: actor.client_id } : { sub: client.clientId };
  return { ...self, ...(subject.act ? { act: subject.act } : {}) };
}

function exchangeForAccess(request: GrantRequest, parties: Parties): Granted {
  const { subject } = parties;
  return {
    claims: {
      ...toRequestedClaims(request),
      ...(subject.sub === undefined ? {} : { sub: subject.sub }),
      act: toActor(request, parties),
    },
  };
}

function exchangeForRefresh(request: GrantRequest, { subject }: Parties): Granted {
  const audience = listTargets(request);
  const { client, jkt } = request;
  const claims = toRequestedClaims(request);
  const token = request.refreshTokens.issue({
    clientId: client.clientId,
    sub: String(subject.sub),
    ...(typeof claims.scope === "string" ? { scope: claims.scope } : {}),
    ...(audience.length > 0 ? { audience } : {}),
    ...(jkt === undefined ? {} : { jkt }),
  });
  return { claims, token, notAccessToken: true };
}

/** An identity assertion for the authorization server that `audience` names. */
function exchangeForIdentity(request: GrantRequest, { subject }: Parties): Granted {
  const [audience, ...others] = request.form.getAll("audience");
  if (audience === undefined || others.length > 0) throw new OAuthError("invalid_request", "One audience is required");
  listTargets(request);
  const scope = readScope(request);
  const resources = request.form.getAll("resource");
  return {
    claims: {
      sub: String(subject.sub),
      aud: audience,
      client_id: request.client.clientId,
      ...(scope === undefined ? {} : { scope }),
      ...(resources.length > 0 ? { resource: resources.length > 1 ? resources : resources[0] } : {}),
    },
    typ: "oauth-id-jag+jwt",
    lifeSeconds: 300,
    notAccessToken: true,
  };
}

const exchanges: Readonly<Record<string, Exchange>> = {
  [tokenTypes.accessToken]: exchangeForAccess,
  [tokenTypes.jwt]: exchangeForAccess,
  [tokenTypes.refreshToken]: exchangeForRefresh,
  [tokenTypes.idJag]: exchangeForIdentity,
};

/** @see {@link https://www.rfc-editor.org/rfc/rfc8693.html#section-2} */
export const exchangeToken: Grant = async (request) => {
  const type = request.form.get("requested_token_type") ?? tokenTypes.accessToken;
  const exchange = exchanges[type];
  if (!exchange) throw new OAuthError("invalid_request", `Unknown requested_token_type: ${type}`);
  const parties = await readParties(request);
  checkMayAct(request, parties);
  const granted = exchange(request, parties);
  return { ...granted, members: { issued_token_type: type } };
};
