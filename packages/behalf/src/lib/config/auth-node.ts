import { ConfigurationError } from "../errors/configuration-error.ts";
import { Outcome } from "../outcome/outcome.ts";
import { MultiStringValue } from "../values/multi-string-value.ts";
import { Secret } from "../values/secret.ts";
import type { CheckedAuth } from "./checked.ts";
import { type GrantType, readGrantType } from "./grant-type.ts";
import type { ClientAuthenticationMethod } from "./options.ts";
import type { AuthContext, ConfiguredValue, ScopeOptions, ServiceAuthConfig } from "./service-auth-config.ts";

const defaultTimeoutMs = 30_000;

const toList = (value: string | readonly string[] | undefined): MultiStringValue | undefined =>
  value === undefined ? undefined : MultiStringValue.from(value);

/** One node of the resolved configuration: what it does not say, its parent says. Frozen. */
export class AuthNode implements ServiceAuthConfig {
  readonly configPath: string;
  readonly parent: AuthNode | undefined;
  readonly grantType: GrantType;
  readonly clientId: string | undefined;
  readonly clientSecret: Secret | undefined;
  readonly clientAuthentication: ClientAuthenticationMethod;
  readonly scope: MultiStringValue;
  readonly audience: MultiStringValue;
  readonly resource: MultiStringValue;
  readonly requestedTokenType: string | undefined;
  readonly timeoutMs: number;
  readonly #own: ReadonlyMap<string, ConfiguredValue>;

  constructor(configPath: string, own: CheckedAuth, parent?: AuthNode) {
    const grantType = own.grantType === undefined ? undefined : readGrantType(own.grantType);
    const secret = typeof own.clientSecret === "string" ? new Secret(own.clientSecret) : own.clientSecret;
    this.configPath = configPath;
    this.parent = parent;
    this.grantType = (grantType === "inherited" ? undefined : grantType) ?? parent?.grantType ?? "none";
    this.clientId = own.clientId ?? parent?.clientId;
    this.clientSecret = secret ?? parent?.clientSecret;
    this.clientAuthentication = own.clientAuthentication ?? parent?.clientAuthentication ?? "client_secret_basic";
    this.scope = toList(own.scope) ?? parent?.scope ?? MultiStringValue.empty;
    this.audience = toList(own.audience) ?? parent?.audience ?? MultiStringValue.empty;
    this.resource = toList(own.resource) ?? parent?.resource ?? MultiStringValue.empty;
    this.requestedTokenType = own.requestedTokenType ?? parent?.requestedTokenType;
    this.timeoutMs = own.timeoutMs ?? parent?.timeoutMs ?? defaultTimeoutMs;
    this.#own = toConfiguredValues(own, secret);
    Object.freeze(this);
  }

  getClientId(_authContext?: AuthContext): Outcome<string> {
    return this.clientId === undefined ? this.#missing("clientId") : Outcome.success(this.clientId);
  }

  getClientSecret(_authContext?: AuthContext): Outcome<Secret> {
    return this.clientSecret === undefined ? this.#missing("clientSecret") : Outcome.success(this.clientSecret);
  }

  getScope(_authContext?: AuthContext, options: ScopeOptions = {}): Outcome<MultiStringValue> {
    return Outcome.success(this.scope.size === 0 ? (options.default ?? this.scope) : this.scope);
  }

  getConfiguredValue(key: string, ...fallbackKeys: readonly string[]): ConfiguredValue | undefined {
    const found = [key, ...fallbackKeys].find((candidate) => this.#own.has(candidate));
    return found === undefined ? undefined : this.#own.get(found);
  }

  #missing(key: string): Outcome<never> {
    return Outcome.fail(new ConfigurationError([missingCredential(this.configPath, key)]));
  }
}

/** What a problem says that no level of the configuration solves. */
export const givenNowhere = "nothing, here or above";

/** The problem of a credential that no level of the configuration has. */
export function missingCredential(configPath: string, key: string): { path: string; given: string; fix: string } {
  const path = configPath === "" ? key : `${configPath}.${key}`;
  return {
    path,
    given: givenNowhere,
    fix: `Set "${key}" here, on the service, in "serviceDefaults" or at the root.`,
  };
}

function toConfiguredValues(own: CheckedAuth, secret: Secret | undefined): ReadonlyMap<string, ConfiguredValue> {
  const { clientSecret: _, scope, audience, resource, ...plain } = own;
  const lists = { scope: toList(scope), audience: toList(audience), resource: toList(resource) };
  const entries = Object.entries({ ...plain, ...lists, clientSecret: secret });
  return new Map(entries.flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const])));
}
