import { grantTypes } from "./grants.ts";
import { asymmetricAlgorithms } from "./verify-signed.ts";

type Members = Readonly<Record<string, unknown>>;

/** The places of an issuer, with or without a path (RFC 8414 section 3, OpenID Connect Discovery 1.0 section 4). */
export interface IssuerPaths {
  readonly openidConfiguration: string;
  readonly oauthAuthorizationServer: string;
  readonly jwks: string;
  readonly token: string;
  readonly introspection: string;
  readonly userinfo: string;
}

/** What the metadata document tells of. */
export interface MetadataSource {
  readonly issuer: string;
  readonly algorithm: string;
  /** The server asks for client certificates somewhere. */
  readonly takesCertificates: boolean;
  /** The token endpoint that asks for client certificates, if it is not the usual one. */
  readonly mtlsTokenEndpoint?: string | undefined;
  /** The introspection endpoint that does. */
  readonly mtlsIntrospectionEndpoint?: string | undefined;
}

export function toIssuerPaths(issuerPath: string): IssuerPaths {
  return {
    openidConfiguration: `${issuerPath}/.well-known/openid-configuration`,
    oauthAuthorizationServer: `/.well-known/oauth-authorization-server${issuerPath}`,
    jwks: `${issuerPath}/jwks`,
    token: `${issuerPath}/token`,
    introspection: `${issuerPath}/introspect`,
    userinfo: `${issuerPath}/userinfo`,
  };
}

const methods: readonly string[] = [
  "client_secret_basic",
  "client_secret_post",
  "client_secret_jwt",
  "private_key_jwt",
  "none",
];
const certificateMethods: readonly string[] = ["tls_client_auth", "self_signed_tls_client_auth"];

function toCertificateMembers(source: MetadataSource): Members {
  const { takesCertificates, mtlsTokenEndpoint, mtlsIntrospectionEndpoint } = source;
  if (!takesCertificates) return {};
  const aliases = { token_endpoint: mtlsTokenEndpoint, introspection_endpoint: mtlsIntrospectionEndpoint };
  return {
    tls_client_certificate_bound_access_tokens: true,
    ...(mtlsTokenEndpoint === undefined ? {} : { mtls_endpoint_aliases: aliases }),
  };
}

/** The document that both well-known places give. */
export function toMetadata(source: MetadataSource, changes: Members): Members {
  const { issuer, algorithm, takesCertificates } = source;
  return {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    introspection_endpoint: `${issuer}/introspect`,
    userinfo_endpoint: `${issuer}/userinfo`,
    jwks_uri: `${issuer}/jwks`,
    response_types_supported: ["code"],
    subject_types_supported: ["public"],
    id_token_signing_alg_values_supported: [algorithm],
    grant_types_supported: grantTypes,
    token_endpoint_auth_methods_supported: takesCertificates ? [...methods, ...certificateMethods] : methods,
    token_endpoint_auth_signing_alg_values_supported: ["HS256", ...asymmetricAlgorithms],
    dpop_signing_alg_values_supported: asymmetricAlgorithms,
    ...toCertificateMembers(source),
    ...changes,
  };
}
