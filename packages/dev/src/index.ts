/**
 * A real authorization server for development and tests, and a sidecar for the API in front of which one will stand.
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
export type { Resource, ResourceOptions, TokenFormat } from "./settings/resource.ts";
export type { TlsOptions } from "./settings/tls-options.ts";
export type { SidecarOptions } from "./sidecar/options.ts";
export type { Sidecar } from "./sidecar/start-sidecar.ts";
export { startSidecar } from "./sidecar/start-sidecar.ts";
export type { AuthorizationServer } from "./start-authorization-server.ts";
export { startAuthorizationServer } from "./start-authorization-server.ts";
export { jwtBearerGrant } from "./tokens/assertion-request.ts";
export { tokenExchangeGrant } from "./tokens/exchange-request.ts";
