import type { JWTPayload } from "jose";
import { OAuthError } from "../answer.ts";
import type { TrustedToken } from "../trusted-tokens.ts";
import type { Granted, GrantRequest } from "./granted.ts";
import { toRequestedClaims } from "./requested.ts";

const invalidGrant = (description: string): OAuthError => new OAuthError("invalid_grant", description);
const listAudience = ({ aud }: JWTPayload): readonly string[] => [aud ?? []].flat();

async function verifyOwn(request: GrantRequest, assertion: string): Promise<JWTPayload | undefined> {
  try {
    return await request.verify(assertion);
  } catch {
    return undefined;
  }
}

async function readTrusted(request: GrantRequest, assertion: string): Promise<TrustedToken> {
  try {
    return await request.verifyTrusted(assertion);
  } catch {
    throw invalidGrant("The assertion is not valid");
  }
}

/** RFC 7523 section 3, and for an ID-JAG the client that it was made out to. */
function checkTrusted({ claims, typ }: TrustedToken, { client, issuer, tokenEndpoint }: GrantRequest): void {
  if (!listAudience(claims).some((value) => value === issuer || value === tokenEndpoint)) {
    throw invalidGrant("The assertion is for another audience");
  }
  if (typ === "oauth-id-jag+jwt" && claims.client_id !== client.clientId) {
    throw invalidGrant("The assertion was made out to another client");
  }
}

async function readAssertion(request: GrantRequest, assertion: string): Promise<JWTPayload> {
  const own = await verifyOwn(request, assertion);
  if (own) return own;
  const trusted = await readTrusted(request, assertion);
  checkTrusted(trusted, request);
  return trusted.claims;
}

function toGranted(request: GrantRequest, { sub }: JWTPayload): Granted {
  if (typeof sub !== "string") throw invalidGrant("The assertion has no subject");
  return { claims: { ...toRequestedClaims(request), sub } };
}

/** Entra's dialect: the assertion is a token of this server for this client. */
async function grantOnBehalfOf(request: GrantRequest, assertion: string): Promise<Granted> {
  const { client, form, refreshTokens } = request;
  const scope = form.get("scope");
  if (!scope) throw new OAuthError("invalid_request", '"scope" is required');
  const own = await verifyOwn(request, assertion);
  if (!own) throw invalidGrant("The assertion is not a token of this server");
  if (!listAudience(own).includes(client.clientId)) throw invalidGrant("The assertion is for another audience");
  const granted = toGranted(request, own);
  const refresh = scope.split(" ").includes("offline_access")
    ? { refresh_token: refreshTokens.issue({ clientId: client.clientId, sub: String(own.sub), scope }) }
    : {};
  return { ...granted, members: { ext_expires_in: 3600, ...refresh } };
}

/** @see {@link https://www.rfc-editor.org/rfc/rfc7523.html#section-2.1} */
export async function grantByAssertion(request: GrantRequest): Promise<Granted> {
  const assertion = request.form.get("assertion");
  if (!assertion) throw new OAuthError("invalid_request", '"assertion" is required');
  const use = request.form.get("requested_token_use");
  if (use === "on_behalf_of") return grantOnBehalfOf(request, assertion);
  if (use !== null) throw new OAuthError("invalid_request", `Unknown requested_token_use: ${use}`);
  return toGranted(request, await readAssertion(request, assertion));
}
