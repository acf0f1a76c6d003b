import type { JWTPayload } from "jose";
import { OAuthError } from "../answer.ts";
import type { GrantRequest } from "./granted.ts";

/** The types of token that an exchange can take or give (RFC 8693 section 3). */
export const tokenTypes: Readonly<Record<"accessToken" | "refreshToken" | "idToken" | "jwt" | "idJag", string>> = {
  accessToken: "urn:ietf:params:oauth:token-type:access_token",
  refreshToken: "urn:ietf:params:oauth:token-type:refresh_token",
  idToken: "urn:ietf:params:oauth:token-type:id_token",
  jwt: "urn:ietf:params:oauth:token-type:jwt",
  idJag: "urn:ietf:params:oauth:token-type:id-jag",
};

const accepted: readonly string[] = [
  tokenTypes.accessToken,
  tokenTypes.refreshToken,
  tokenTypes.idToken,
  tokenTypes.jwt,
];

function readRefreshToken({ refreshTokens, client }: GrantRequest, token: string): JWTPayload {
  const { clientId, sub, scope } = refreshTokens.read(token);
  if (clientId !== client.clientId) throw new Error("The refresh token is another client's");
  return { sub, ...(scope === undefined ? {} : { scope }) };
}

async function verifyAny({ verify, verifyTrusted }: GrantRequest, token: string): Promise<JWTPayload> {
  try {
    return await verify(token);
  } catch {
    return (await verifyTrusted(token)).claims;
  }
}

async function verifyTyped(request: GrantRequest, token: string, type: string): Promise<JWTPayload> {
  if (type === tokenTypes.refreshToken) return readRefreshToken(request, token);
  const claims = await verifyAny(request, token);
  const audience: readonly string[] = [claims.aud ?? []].flat();
  if (type === tokenTypes.idToken && !audience.includes(request.client.clientId)) {
    throw new Error("The ID token is not for this client");
  }
  return claims;
}

/** Gives the claims of the subject or the actor of an exchange. */
export async function readExchangedToken(
  request: GrantRequest,
  name: "subject_token" | "actor_token",
): Promise<JWTPayload> {
  const token = request.form.get(name);
  const type = request.form.get(`${name}_type`);
  if (!token || !type) throw new OAuthError("invalid_request", `"${name}" and "${name}_type" are required`);
  if (!accepted.includes(type)) throw new OAuthError("invalid_request", `Unknown type of ${name}: ${type}`);
  try {
    return await verifyTyped(request, token, type);
  } catch {
    // RFC 8693 section 2.2.2: a token that is invalid for any reason is an invalid request.
    throw new OAuthError("invalid_request", `The ${name} is not valid`);
  }
}
