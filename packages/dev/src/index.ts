/**
 * A real authorization server for development and tests.
 *
 * @module @behalf/dev
 */
export type { TokenRequest, TokenRequestFilter, TokenRequestLog } from "./log/token-request-log.ts";
export type {
  Client,
  ClientGrant,
  ClientOptions,
  ConfidentialClientOptions,
  PublicClientOptions,
} from "./settings/client.ts";
export type { AuthorizationServerOptions, SigningAlgorithm } from "./settings/options.ts";
export type { Person } from "./settings/person.ts";
export type { Resource, ResourceOptions } from "./settings/resource.ts";
export type { AuthorizationServer } from "./start-authorization-server.ts";
export { startAuthorizationServer } from "./start-authorization-server.ts";
export { tokenExchangeGrant } from "./tokens/exchange-request.ts";
