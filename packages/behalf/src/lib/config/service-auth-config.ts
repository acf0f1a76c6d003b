// Nodes, their settings and the sources of their secrets speak of each other: in one file they make no cycle.
import type { Outcome } from "../outcome/outcome.ts";
import type { Awaitable } from "../outcome/outcome-promise.ts";
import type { CallSettings } from "../values/call-settings.ts";
import type { MultiStringValue } from "../values/multi-string-value.ts";
import type { Secret } from "../values/secret.ts";
import type {
  AudienceGuard,
  ClientAssertionType,
  ClientAuthenticationMethod,
  DelegatedGrant,
  DpopSettings,
  ProtocolDialect,
  SigningKeySource,
} from "./auth-terms.ts";
import type { GrantType } from "./grant-type.ts";

/** In which context a credential is asked for: the grant, and the node of the configuration. */
export interface AuthContext {
  readonly grantType: GrantType;
  readonly authConfig: ServiceAuthConfig;
}

/** Options of the questions that an auth configuration answers. */
export interface AuthConfigOptions {
  readonly signal?: AbortSignal | undefined;
  /** The secret that the authorization server refused: another one is wanted, read anew. */
  readonly refused?: Secret | undefined;
}

/** Options of `getScope`. */
export interface ScopeOptions extends AuthConfigOptions {
  /** What to ask for when no scope is configured. */
  readonly default?: MultiStringValue;
}

/** A value as it stands in one node of the configuration, before inheritance. */
export type ConfiguredValue = string | number | MultiStringValue | Secret;

/** How a token is obtained for one node of the configuration: the root, a service or an endpoint. */
export interface ServiceAuthConfig {
  /** The grant, after inheritance. */
  readonly grantType: GrantType;
  /** Where the node stands, as in `services.inventory.endpoints.item`. */
  readonly configPath: string;
  /** The node that this one inherits from; the root has none. */
  readonly parent: ServiceAuthConfig | undefined;
  /** Whom the token is for, by name. */
  readonly audience?: MultiStringValue;
  /** Whom the token is for, by URI. */
  readonly resource?: MultiStringValue;
  readonly requestedTokenType?: string | undefined;
  readonly clientAuthentication?: ClientAuthenticationMethod;
  /** All the rest that the configuration says of tokens. @default the protocol's defaults, at the instance's authority */
  readonly settings?: AuthSettings | undefined;
  /** How calls are made. @default as where nothing is configured */
  readonly calls?: CallSettings | undefined;
  /** Whether a token is asked for that no cache holds. */
  readonly forceAuthorization?: boolean;
  /** The same for a tenant; `undefined` when there is none of that name. Without this method it is used in calls without a tenant only. */
  forTenant?(tenant: string): ServiceAuthConfig | undefined;
  /** Gives the client id, or a {@link ConfigurationError}. */
  getClientId(authContext: AuthContext, options?: AuthConfigOptions): Awaitable<Outcome<string>>;
  /** Gives the client secret, or a {@link ConfigurationError}. */
  getClientSecret(authContext: AuthContext, options?: AuthConfigOptions): Awaitable<Outcome<Secret>>;
  /** Gives the scopes to ask for; none is the empty value. */
  getScope(authContext: AuthContext, options?: ScopeOptions): Awaitable<Outcome<MultiStringValue>>;
  /** Gives the first of the keys that is configured in this very node. */
  getConfiguredValue(key: string, ...fallbackKeys: readonly string[]): ConfiguredValue | undefined;
}

/** How a secret is read. */
export interface ReadSecretOptions {
  readonly signal?: AbortSignal | undefined;
  /** The one that was refused: the source is read anew, and gives another one if it has one. */
  readonly refused?: Secret | undefined;
}

/** Where a secret comes from: read when it is needed, and again when it was refused. */
export interface SecretSource {
  /** Where, for a person: `${env:X}`, `${file:X}`, `given`, `provider`. Never the secret. */
  readonly notation: string;
  /** What is there now without waiting; a file that has changed is read again. `undefined` where it takes a question. */
  peek(): Secret | undefined;
  /** Reads it; `undefined` when there is none, or none but the refused one. */
  read(authContext: AuthContext, options?: ReadSecretOptions): Awaitable<Secret | undefined>;
  /** Keeps a newer one where the source is to know it: a refresh token that was rotated. */
  keep?(secret: Secret, authContext: AuthContext): Awaitable<void>;
  /** Has the next `peek` look again, however lately the last one looked. */
  recheck?(): void;
}

/** The certificate that this API shows in TLS (RFC 8705). */
export interface ClientCertificateSettings {
  readonly certificate: SecretSource;
  readonly privateKey: SecretSource;
}

/** Who acts in an exchange: this API by a token of its own, or whoever a source's token stands for. */
export type ActorTokenSetting = "clientCredentials" | SecretSource;

/** What one node of the configuration says of tokens besides grant, client and target; after inheritance, frozen. */
export interface AuthSettings {
  /** The issuer that is asked; `undefined` for that of the instance. */
  readonly authority: string | undefined;
  readonly issuerTemplate: string | undefined;
  readonly tokenEndpoint: string | undefined;
  /** Which tenant the node stands for; `undefined` without tenants. */
  readonly tenant: string | undefined;
  readonly privateKey: SigningKeySource | undefined;
  readonly clientAssertion: SecretSource | undefined;
  readonly clientAssertionType: ClientAssertionType;
  readonly clientCertificate: ClientCertificateSettings | undefined;
  readonly ca: SecretSource | undefined;
  /** The URL of a proxy, with user and password if it wants them, or `environment`. */
  readonly proxy: SecretSource | undefined;
  readonly dpop: DpopSettings | undefined;
  readonly certificateBoundTokens: boolean;
  readonly subjectTokenType: string | undefined;
  readonly actorToken: ActorTokenSetting | undefined;
  readonly actorTokenType: string | undefined;
  /** Names and values that go into the form beside those of the protocol, sorted: the extra ones and `authorization_details`. */
  readonly parameters: readonly (readonly [name: string, value: string])[];
  readonly refreshToken: SecretSource | undefined;
  readonly refreshReuse: boolean;
  /** The first server of an identity assertion; `undefined` where there is none. */
  readonly identityProvider: ServiceAuthConfig | undefined;
  readonly delegatedGrant: DelegatedGrant;
  readonly anonymousAs: "service" | undefined;
  /** The origins that a caller's own token may go to. */
  readonly forwardTo: readonly string[];
  readonly audienceGuard: AudienceGuard;
  readonly maxDelegatedTtlMs: number | undefined;
  readonly dialect: ProtocolDialect;
}
