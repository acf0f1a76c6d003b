import { grantTypes } from "./grants.ts";

/** The places of an issuer, with or without a path (RFC 8414 section 3, OpenID Connect Discovery 1.0 section 4). */
export interface IssuerPaths {
  readonly openidConfiguration: string;
  readonly oauthAuthorizationServer: string;
  readonly jwks: string;
  readonly token: string;
}

export function toIssuerPaths(issuerPath: string): IssuerPaths {
  return {
    openidConfiguration: `${issuerPath}/.well-known/openid-configuration`,
    oauthAuthorizationServer: `/.well-known/oauth-authorization-server${issuerPath}`,
    jwks: `${issuerPath}/jwks`,
    token: `${issuerPath}/token`,
  };
}

/** The document that both well-known places give. */
export function toMetadata(
  issuer: string,
  algorithm: string,
  changes: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  return {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    jwks_uri: `${issuer}/jwks`,
    response_types_supported: ["code"],
    subject_types_supported: ["public"],
    id_token_signing_alg_values_supported: [algorithm],
    grant_types_supported: grantTypes,
    token_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post"],
    ...changes,
  };
}
