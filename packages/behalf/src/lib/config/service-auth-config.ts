import type { Outcome } from "../outcome/outcome.ts";
import type { Awaitable } from "../outcome/outcome-promise.ts";
import type { MultiStringValue } from "../values/multi-string-value.ts";
import type { Secret } from "../values/secret.ts";
import type { GrantType } from "./grant-type.ts";
import type { ClientAuthenticationMethod } from "./options.ts";

/** In which context a credential is asked for: the grant, and the node of the configuration. */
export interface AuthContext {
  readonly grantType: GrantType;
  readonly authConfig: ServiceAuthConfig;
}

/** Options of the questions that an auth configuration answers. */
export interface AuthConfigOptions {
  readonly signal?: AbortSignal | undefined;
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
  /** Whether a token is asked for that no cache holds. */
  readonly forceAuthorization?: boolean;
  /** Gives the client id, or a {@link ConfigurationError}. */
  getClientId(authContext: AuthContext, options?: AuthConfigOptions): Awaitable<Outcome<string>>;
  /** Gives the client secret, or a {@link ConfigurationError}. */
  getClientSecret(authContext: AuthContext, options?: AuthConfigOptions): Awaitable<Outcome<Secret>>;
  /** Gives the scopes to ask for; none is the empty value. */
  getScope(authContext: AuthContext, options?: ScopeOptions): Awaitable<Outcome<MultiStringValue>>;
  /** Gives the first of the keys that is configured in this very node. */
  getConfiguredValue(key: string, ...fallbackKeys: readonly string[]): ConfiguredValue | undefined;
}
