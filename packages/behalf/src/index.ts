/**
 * Authorized clients for the backend services that a Node.js API calls: as itself, or on behalf of its caller.
 *
 * @module behalf
 */

export type { Behalf, BehalfContext, PathsOf, ServiceOf } from "./lib/behalf/behalf.ts";
export type { BehalfInbound } from "./lib/behalf/behalf-inbound.ts";
export { createBehalf } from "./lib/behalf/create-behalf.ts";
export type { DetachOptions } from "./lib/behalf/detach.ts";
export type { EvictAll, Evicted, EvictOptions, EvictSome } from "./lib/behalf/evict.ts";
export type { ExplainOptions, TokenPlan } from "./lib/behalf/explain.ts";
export type { BehalfHealth } from "./lib/behalf/health.ts";
export {
  createHealthEndpoints,
  type FindEndpoint,
  type HasHealth,
  type HealthOptions,
} from "./lib/behalf/health-endpoints.ts";
export { allowUnencryptedStore, type BackendServiceClass, type BehalfOptions } from "./lib/behalf/options.ts";
export type { BehalfStats } from "./lib/behalf/stats.ts";
export type {
  ActorTokenSetting,
  AudienceGuard,
  AuthSettings,
  ClientAssertionType,
  ClientCertificateSettings,
  DelegatedGrant,
  DpopSettings,
  ProtocolDialect,
  SigningKeySource,
} from "./lib/config/auth-settings.ts";
export type { ConfigDelegate, DelegatedCredentials } from "./lib/config/config-delegate.ts";
export type {
  ConfigurationDescription,
  DescribedNode,
  DescribedService,
  DescribedValue,
} from "./lib/config/describe-configuration.ts";
export type { GrantType, GrantTypeName } from "./lib/config/grant-type.ts";
export type {
  AuthenticateCaller,
  AuthenticatedParty,
  AuthenticatorOptions,
  AuthenticatorServerOptions,
  AuthenticatorType,
  BackchannelLogoutOptions,
  ClaimsTransformation,
  DevProxyOptions,
  DevProxyRequest,
  IdentityOptions,
  InboundDpopOptions,
  InboundOptions,
  InboundSettings,
  PresentedCredential,
  ValidatedTokenOptions,
} from "./lib/config/inbound-options.ts";
export {
  type AuthOptions,
  allowInsecureRequests,
  type BreakerOptions,
  type BulkheadOptions,
  type CallHookOptions,
  type CallOverrides,
  type CallSettingsOptions,
  type ClientAuthenticationMethod,
  type ClientCertificateOptions,
  type ConfigurationOptions,
  type ConfigurationSources,
  type ConnectionOptions,
  type DpopOptions,
  type EncryptionKey,
  type EndpointOptions,
  type HedgeOptions,
  type HookedRequest,
  type HookRequest,
  type HookResponse,
  type HttpMethod,
  type IdentityProviderOptions,
  type PrivateKeyGiven,
  type RequestHook,
  type ResponseHook,
  type RetryMethod,
  type RetryOptions,
  type SecretGiven,
  type ServiceDefaultsOptions,
  type ServiceOptions,
  type StringList,
  type TenantContext,
  type TenantOptions,
  type TokenMemoryOptions,
} from "./lib/config/options.ts";
export type { PresetName } from "./lib/config/preset-name.ts";
export {
  fromEnv,
  fromFile,
  fromProvider,
  type ProviderOptions,
  type ReadSecret,
  type Reference,
} from "./lib/config/reference.ts";
export type { ReadSecretOptions, SecretSource } from "./lib/config/secret-source.ts";
export type {
  AuthConfigOptions,
  AuthContext,
  ConfiguredValue,
  ScopeOptions,
  ServiceAuthConfig,
} from "./lib/config/service-auth-config.ts";
export type { Capability } from "./lib/context/capability.ts";
export type { ContextStorage } from "./lib/context/context-storage.ts";
export {
  fromNodeRequest,
  type NodeAnswer,
  type NodeRequest,
  type NodeResponse,
  type NodeSocket,
  type SetHeader,
  toNodeAnswer,
} from "./lib/context/from-node-request.ts";
export type { IncomingRequest } from "./lib/context/incoming-request.ts";
export type { RequestContext } from "./lib/context/request-context.ts";
export type { Scope, Standing } from "./lib/context/scope.ts";
export type { Diagnostics } from "./lib/diagnostics/diagnostics.ts";
export type { Logger } from "./lib/diagnostics/logger.ts";
export type {
  CallRecord,
  DiagnosticRecords,
  IdentityRecord,
  InboundRecord,
  StateRecord,
  TokenRecord,
  TokenSource,
} from "./lib/diagnostics/records.ts";
export type { TimedStep, Timers } from "./lib/diagnostics/timers.ts";
export type { AnyBehalfError } from "./lib/errors/any-behalf-error.ts";
export { type BackendChallenge, BackendError, type ProblemDocument } from "./lib/errors/backend-error.ts";
export { BackendUnreachableError } from "./lib/errors/backend-unreachable-error.ts";
export { BehalfError, type BehalfErrorCode } from "./lib/errors/behalf-error.ts";
export {
  CallerTokenError,
  type CallerTokenErrorCode,
  type CallerTokenErrorFacts,
  type CallerTokenReason,
  type CallerTokenScheme,
} from "./lib/errors/caller-token-error.ts";
export { CapabilityError, type CapabilityReason } from "./lib/errors/capability-error.ts";
export { ConfigurationError, type ConfigurationProblem } from "./lib/errors/configuration-error.ts";
export { isBehalfError } from "./lib/errors/is-behalf-error.ts";
export { MissingContextError } from "./lib/errors/missing-context-error.ts";
export { type RequestRefusal, RequestRefusedError } from "./lib/errors/request-refused-error.ts";
export { TokenRefusedError } from "./lib/errors/token-refused-error.ts";
export { TokenUnreachableError } from "./lib/errors/token-unreachable-error.ts";
export type { OwnAnswer, OwnEndpoint } from "./lib/inbound/own-endpoints.ts";
export type { ValidatedStats } from "./lib/inbound/remember-validated.ts";
export type { ResourceMetadata } from "./lib/inbound/resource-metadata.ts";
export type { Eviction } from "./lib/inbound/revocation/eviction.ts";
export type { ClaimRule, RoutePolicy } from "./lib/inbound/route-policy.ts";
export type { ServerFetch, ServerRequest } from "./lib/oauth/server-connection.ts";
export type { ServerHealth } from "./lib/oauth/server-health.ts";
export { type Failure, Outcome, type OutcomeMatch, type OutcomeMethods, type Success } from "./lib/outcome/outcome.ts";
export { type Awaitable, type OutcomePromise, toOutcomePromise } from "./lib/outcome/outcome-promise.ts";
export type { ProtectedResource } from "./lib/respond/judge-caller.ts";
export { type Problem, type ProblemAnswer, type ProblemContext, toProblem } from "./lib/respond/to-problem.ts";
export type { AccessTokenProvider, DiagnosticsProvider, MessageIdProvider } from "./lib/services/ambient.ts";
export { BackendResponse } from "./lib/services/answers/backend-response.ts";
export type { Envelope, EnvelopeMeta } from "./lib/services/answers/envelope.ts";
export type { Created } from "./lib/services/answers/location.ts";
export type { SchemaIssue, SchemaResult, StandardSchema } from "./lib/services/answers/standard-schema.ts";
export type { StatusAnswer } from "./lib/services/answers/status-answer.ts";
export { BackendService, type BackendServiceDependencies } from "./lib/services/backend-service.ts";
export type { Call } from "./lib/services/call.ts";
export type {
  BodyCallArguments,
  BodyCallOptions,
  BodyCheckOptions,
  CallArguments,
  CallOptions,
  CallTokenOptions,
  PathParams,
} from "./lib/services/call-arguments.ts";
export { type FormatPathArguments, formatPath } from "./lib/services/format-path.ts";
export { type BackendRequest, HttpClient } from "./lib/services/http-client.ts";
export {
  type AuthorizationService,
  HttpClientOptions,
  type HttpClientSettings,
} from "./lib/services/http-client-options.ts";
export { HttpServiceProvider } from "./lib/services/http-service-provider.ts";
export type {
  AuthenticateOptions,
  GetClientOptions,
  HttpServiceProviderDependencies,
  LoggerProvider,
} from "./lib/services/http-service-provider-options.ts";
export type { KeyOutcome, KeySuccess, ManyCallOptions, ManyOptions, ReadCall } from "./lib/services/many/get-many.ts";
export type { OnlyParam, PathKey } from "./lib/services/many/get-many-keys.ts";
export type { GetManyOfPath } from "./lib/services/many/get-many-of-path.ts";
export type { AnswerOf, DocumentedStatus, OpenApiCall } from "./lib/services/openapi/openapi-answer.ts";
export type { OperationArguments, OperationOptions } from "./lib/services/openapi/openapi-request.ts";
export type { OpenApiService, OperationAt, PathsWith } from "./lib/services/openapi/openapi-service.ts";
export type { Page, Pages } from "./lib/services/pages/pages.ts";
export type {
  CursorPaging,
  EnvelopePaging,
  PageOptions,
  PagesOptions,
  PagingOptions,
} from "./lib/services/pages/pages-options.ts";
export type { Place } from "./lib/services/place.ts";
export type { HttpClientParts } from "./lib/services/sending/http-client-parts.ts";
export type { BodyOptions, GivenBody } from "./lib/services/sending/request-body.ts";
export { InvalidEndpoint, ServiceEndpoint } from "./lib/services/service-endpoint.ts";
export { ServiceEndpoints } from "./lib/services/service-endpoints.ts";
export type {
  ClientCredentialsRequest,
  ClientCredentialsService,
  Credentials,
  RefreshRequest,
  RefreshTokenService,
  TokenExchangeRequest,
  TokenExchangeService,
  TokenRequestOptions,
  TokenResponse,
} from "./lib/services/token-services.ts";
export type { MemoryStats } from "./lib/tokens/memory-store.ts";
export type { StoreHealth } from "./lib/tokens/shared/guard-store.ts";
export type { SharedStore, StoredChange } from "./lib/tokens/shared-store.ts";
export type { BaseAddress } from "./lib/transport/base-address.ts";
export type { GivenHeaders } from "./lib/transport/check-headers.ts";
export type { PathValues } from "./lib/transport/path.ts";
export { flag, type GivenQuery, type QueryValue, type QueryValues } from "./lib/transport/query.ts";
export type { Transport } from "./lib/transport/transport.ts";
export type { WireAnswer, WireBody, WireRequest } from "./lib/transport/wire.ts";
export { ActorToken } from "./lib/values/actor-token.ts";
export { BearerToken } from "./lib/values/bearer-token.ts";
export type {
  BreakerSettings,
  BulkheadSettings,
  CallSettings,
  ConnectionSettings,
  HedgeSettings,
  RetrySettings,
} from "./lib/values/call-settings.ts";
export type { BareCaller, Caller } from "./lib/values/caller.ts";
export type { Cancellable, Cancellation } from "./lib/values/cancellation.ts";
export type { Now } from "./lib/values/clock.ts";
export type { ConnectionIdentity, ConnectionProxy } from "./lib/values/connection-identity.ts";
export { MultiStringValue } from "./lib/values/multi-string-value.ts";
export {
  type ActingParty,
  type ApplicationClaims,
  Principal,
  type PrincipalClaims,
  type PrincipalParts,
} from "./lib/values/principal.ts";
export { Secret } from "./lib/values/secret.ts";
export type { SigningKey } from "./lib/values/signing-key.ts";
