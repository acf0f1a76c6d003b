import type { JWTPayload } from "jose";
import { OAuthError } from "./answer.ts";
import type { ScriptedClient } from "./clients.ts";

/** What a grant has to decide by. */
export interface GrantRequest {
  readonly client: ScriptedClient;
  readonly form: URLSearchParams;
  /** Gives the claims of a token that this server issued and that is in force, or throws. */
  readonly verify: (token: string) => Promise<JWTPayload>;
}

/** What a grant gives: the claims of the new token, and members of the answer beside the usual ones. */
export interface Granted {
  readonly claims: JWTPayload;
  readonly members?: Readonly<Record<string, unknown>>;
}

type Grant = (request: GrantRequest) => Granted | Promise<Granted>;

const tokenType = (name: string): string => `urn:ietf:params:oauth:token-type:${name}`;
const accessTokenType = tokenType("access_token");
const bearerTypes: readonly string[] = [accessTokenType, tokenType("jwt")];

function readAudience({ client, form }: GrantRequest): string | string[] | undefined {
  const wanted = [...form.getAll("audience"), ...form.getAll("resource")];
  const refused = wanted.find((audience) => client.audiences && !client.audiences.includes(audience));
  if (refused !== undefined) throw new OAuthError("invalid_target", `Not allowed: ${refused}`);
  return wanted.length > 1 ? wanted : wanted[0];
}

function readScope({ client, form }: GrantRequest): string | undefined {
  const scope = form.get("scope") ?? client.scope;
  const allowed = client.scope?.split(" ");
  const refused = scope?.split(" ").find((value) => allowed && !allowed.includes(value));
  if (refused !== undefined) throw new OAuthError("invalid_scope", `Not allowed: ${refused}`);
  return scope;
}

function toCommonClaims(request: GrantRequest): JWTPayload {
  const aud = readAudience(request);
  const scope = readScope(request);
  return {
    client_id: request.client.clientId,
    ...(aud === undefined ? {} : { aud }),
    ...(scope === undefined ? {} : { scope }),
  };
}

async function readToken({ form, verify }: GrantRequest, name: "subject_token" | "actor_token"): Promise<JWTPayload> {
  const token = form.get(name);
  const type = form.get(`${name}_type`);
  if (!token || !type) throw new OAuthError("invalid_request", `"${name}" and "${name}_type" are required`);
  if (!bearerTypes.includes(type)) throw new OAuthError("invalid_request", `Unknown type of ${name}: ${type}`);
  try {
    return await verify(token);
  } catch {
    // RFC 8693 section 2.2.2: a token that is invalid for any reason is an invalid request.
    throw new OAuthError("invalid_request", `The ${name} is not valid`);
  }
}

function grantClientCredentials(request: GrantRequest): Granted {
  return { claims: { sub: request.client.clientId, ...toCommonClaims(request) } };
}

async function exchangeToken(request: GrantRequest): Promise<Granted> {
  const subject = await readToken(request, "subject_token");
  const actor = request.form.has("actor_token") ? await readToken(request, "actor_token") : undefined;
  const issuedType = request.form.get("requested_token_type") ?? accessTokenType;

  return {
    claims: {
      ...toCommonClaims(request),
      ...(subject.sub === undefined ? {} : { sub: subject.sub }),
      act: { sub: actor?.sub ?? request.client.clientId, ...(subject.act ? { act: subject.act } : {}) },
    },
    members: {
      issued_token_type: issuedType,
      token_type: bearerTypes.includes(issuedType) ? "Bearer" : "N_A",
    },
  };
}

const grants: Readonly<Record<string, Grant>> = {
  client_credentials: grantClientCredentials,
  "urn:ietf:params:oauth:grant-type:token-exchange": exchangeToken,
};

export const grantTypes: readonly string[] = Object.keys(grants);

/** Decides a token request by its grant type. */
export async function decideGrant(request: GrantRequest): Promise<Granted> {
  const grantType = request.form.get("grant_type");
  if (!grantType) throw new OAuthError("invalid_request", '"grant_type" is required');
  const grant = grants[grantType];
  if (!grant) throw new OAuthError("unsupported_grant_type", `Unknown grant type: ${grantType}`);
  return grant(request);
}
