import { OAuthError } from "./answer.ts";
import { grantClientCredentials } from "./grants/client-credentials.ts";
import type { Grant, Granted, GrantRequest } from "./grants/granted.ts";
import { grantByAssertion } from "./grants/jwt-bearer.ts";
import { grantByRefreshToken } from "./grants/refresh-token.ts";
import { exchangeToken } from "./grants/token-exchange.ts";

const grants: Readonly<Record<string, Grant>> = {
  client_credentials: grantClientCredentials,
  "urn:ietf:params:oauth:grant-type:token-exchange": exchangeToken,
  "urn:ietf:params:oauth:grant-type:jwt-bearer": grantByAssertion,
  refresh_token: grantByRefreshToken,
};

export const grantTypes: readonly string[] = Object.keys(grants);

/** Decides a token request by its grant type. */
export async function decideGrant(request: GrantRequest): Promise<Granted> {
  const grantType = request.form.get("grant_type");
  if (!grantType) throw new OAuthError("invalid_request", '"grant_type" is required');
  const grant = grants[grantType];
  if (!grant) throw new OAuthError("unsupported_grant_type", `Unknown grant type: ${grantType}`);
  if (request.client.grants && !request.client.grants.includes(grantType)) {
    throw new OAuthError("unauthorized_client", `The client must not use ${grantType}`);
  }
  return grant(request);
}
