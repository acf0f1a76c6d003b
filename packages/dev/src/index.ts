/**
 * A real authorization server for development and tests.
 *
 * @module @behalf/dev
 */
export type { Confirmation, IssueAccessTokenOptions, IssueRefreshTokenOptions } from "./issue/issue-options.ts";
export type { TokenRequest, TokenRequestFilter, TokenRequestLog } from "./log/token-request-log.ts";
export type {
  CertificateClientOptions,
  CertificateSubject,
  Client,
  ClientAuthentication,
  ClientGrant,
  ClientOptions,
  ConfidentialClientOptions,
  KeyClientOptions,
  PublicClientOptions,
  SelfSignedClientOptions,
} from "./settings/client.ts";
export type { DpopOptions } from "./settings/dpop-options.ts";
export type { AuthorizationServerOptions, SigningAlgorithm } from "./settings/options.ts";
export type { Person } from "./settings/person.ts";
export type { Resource, ResourceOptions } from "./settings/resource.ts";
export type { TlsOptions } from "./settings/tls-options.ts";
export type { AuthorizationServer } from "./start-authorization-server.ts";
export { startAuthorizationServer } from "./start-authorization-server.ts";
export { jwtBearerGrant } from "./tokens/assertion-request.ts";
export { tokenExchangeGrant } from "./tokens/exchange-request.ts";
