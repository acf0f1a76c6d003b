import type { Awaitable } from "../outcome/outcome-promise.ts";
import type { MultiStringValue } from "../values/multi-string-value.ts";
import type { Secret } from "../values/secret.ts";
import type { AuthConfigOptions, AuthContext, ScopeOptions } from "./service-auth-config.ts";

/** The credentials of a client, as a delegate knows them. */
export interface DelegatedCredentials {
  readonly clientId: string;
  /** Not needed by methods that have no secret. */
  readonly clientSecret?: Secret | string | undefined;
}

/**
 * Answers for credentials and scopes ahead of the configuration; `undefined` leaves the answer to it.
 *
 * Any object with these methods will do. What it throws is the outcome of the call: it is not passed over.
 */
export interface ConfigDelegate {
  getClientCredentials?(
    authContext: AuthContext,
    options?: AuthConfigOptions,
  ): Awaitable<DelegatedCredentials | undefined>;
  getScope?(
    authContext: AuthContext,
    options?: ScopeOptions,
  ): Awaitable<MultiStringValue | readonly string[] | undefined>;
}
