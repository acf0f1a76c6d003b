import { ConfigurationError, type ConfigurationProblem } from "../errors/configuration-error.ts";
import { Outcome } from "../outcome/outcome.ts";
import { type Awaitable, guardOutcome, whenReady } from "../outcome/outcome-promise.ts";
import type { CallSettings } from "../values/call-settings.ts";
import { MultiStringValue } from "../values/multi-string-value.ts";
import { printAs } from "../values/print-as.ts";
import { Secret } from "../values/secret.ts";
import type { AuthSettings } from "./auth-settings.ts";
import { findMissingCredential } from "./credential-needs.ts";
import type { GrantType } from "./grant-type.ts";
import type { ClientAuthenticationMethod } from "./options.ts";
import { inheritAuth, type OwnAuth } from "./own-auth.ts";
import { resolveCalls } from "./resolve-calls.ts";
import { resolveSettings } from "./resolve-settings.ts";
import { isSecretSource, type SecretSource } from "./secret-source.ts";
import type {
  AuthConfigOptions,
  AuthContext,
  ConfiguredValue,
  ScopeOptions,
  ServiceAuthConfig,
} from "./service-auth-config.ts";
import { hasTenantPlace, isTenantName } from "./tenant-name.ts";
import { createTenantRealm, type TenantRealm } from "./tenant-realm.ts";
import { joinPath } from "./tree.ts";

const defaultTimeoutMs = 30_000;

/** What stands above a node. */
export interface AuthNodePlace {
  readonly parent?: AuthNode | undefined;
  /** The tenant that the node stands for, where its parent does not. */
  readonly tenant?: string | undefined;
  /** What a root says of its tenants. */
  readonly tenants?: ReadonlyMap<string, OwnAuth> | undefined;
  /** How calls are made, where another node knows: a tenant says nothing of them. */
  readonly calls?: CallSettings | undefined;
}

/** One node of the resolved configuration: what it does not say, its parent says. Frozen. It prints no secret. */
export class AuthNode implements ServiceAuthConfig {
  readonly configPath: string;
  readonly parent: AuthNode | undefined;
  readonly grantType: GrantType;
  readonly clientId: string | undefined;
  /** Where the client secret comes from. */
  readonly secretSource: SecretSource | undefined;
  readonly clientAuthentication: ClientAuthenticationMethod;
  readonly scope: MultiStringValue;
  readonly audience: MultiStringValue;
  readonly resource: MultiStringValue;
  readonly requestedTokenType: string | undefined;
  readonly timeoutMs: number;
  readonly calls: CallSettings;
  readonly settings: AuthSettings;
  /** Whether the client id and what the method of authentication needs are configured. Nothing is read to tell. */
  readonly hasCredential: boolean;
  /** Whether the authority has a place for a tenant's name, and no tenant is chosen: the node cannot be used. */
  readonly tenantMissing: boolean;
  readonly #own: OwnAuth;
  readonly #effective: OwnAuth;
  readonly #root: AuthNode;
  /** The root, or what stands for it in the tenant. */
  readonly #top: AuthNode;
  readonly #tenant: string | undefined;
  readonly #realm: TenantRealm<AuthNode>;
  readonly #identityProvider: AuthNode | undefined;
  readonly #identityProviders = new WeakMap<OwnAuth, AuthNode>();

  constructor(configPath: string, own: OwnAuth, above: AuthNode | AuthNodePlace = {}) {
    const place: AuthNodePlace = above instanceof AuthNode ? { parent: above } : above;
    const { parent } = place;
    const effective = inheritAuth(parent ? parent.#effective : {}, own);
    this.configPath = configPath;
    this.parent = parent;
    this.#own = own;
    this.#effective = effective;
    this.#root = parent ? parent.#root : this;
    this.#top = parent && place.tenant === undefined ? parent.#top : this;
    this.#tenant = place.tenant ?? (parent ? parent.#tenant : undefined);
    this.#realm = parent ? parent.#realm : createTenantRealm(place.tenants ?? new Map());
    this.grantType = effective.grantType ?? "none";
    this.clientId = effective.clientId;
    this.secretSource = effective.clientSecret;
    this.clientAuthentication = effective.clientAuthentication ?? "client_secret_basic";
    this.scope = effective.scope ?? MultiStringValue.empty;
    this.audience = effective.audience ?? MultiStringValue.empty;
    this.resource = effective.resource ?? MultiStringValue.empty;
    this.requestedTokenType = effective.requestedTokenType;
    this.timeoutMs = effective.timeoutMs ?? defaultTimeoutMs;
    this.calls = place.calls ?? resolveCalls(own, parent?.calls);
    this.#identityProvider = this.#findIdentityProvider(effective);
    this.settings = resolveSettings(effective, {
      configPath,
      tenant: this.#tenant,
      rootAuthority: this.#root.#own.authority,
      identityProvider: this.#identityProvider,
    });
    this.hasCredential = this.clientId !== undefined && findMissingCredential(this) === undefined;
    this.tenantMissing =
      this.#tenant === undefined && [effective.authority, this.settings.tokenEndpoint].some(hasTenantPlace);
    Object.freeze(this);
  }

  /** The secret that is there without waiting. */
  get clientSecret(): Secret | undefined {
    return this.secretSource?.peek();
  }

  /** The issuer that is asked: the instance's too. */
  get authority(): string | undefined {
    return this.settings.authority ?? this.#root.#own.authority;
  }

  /** The first server of an identity assertion; `undefined` where there is none. */
  get identityProvider(): AuthNode | undefined {
    return this.#identityProvider;
  }

  getClientId(_authContext?: AuthContext): Outcome<string> {
    return this.clientId === undefined
      ? fail(missingCredential(this.configPath, "clientId"))
      : Outcome.success(this.clientId);
  }

  /** Reads the secret; with `refused`, a failure says that there is no other. */
  getClientSecret(
    authContext: AuthContext = { grantType: this.grantType, authConfig: this },
    options: AuthConfigOptions = {},
  ): Awaitable<Outcome<Secret>> {
    const { secretSource, configPath } = this;
    if (!secretSource) return fail(missingCredential(configPath, "clientSecret"));
    return guardOutcome(() =>
      whenReady(secretSource.read(authContext, options), (secret) =>
        secret === undefined || secret.value() === ""
          ? fail(emptySource(joinPath(configPath, "clientSecret"), secretSource, options.refused))
          : Outcome.success(secret),
      ),
    );
  }

  getScope(_authContext?: AuthContext, options: ScopeOptions = {}): Outcome<MultiStringValue> {
    return Outcome.success(this.scope.size === 0 ? (options.default ?? this.scope) : this.scope);
  }

  getConfiguredValue(key: string, ...fallbackKeys: readonly string[]): ConfiguredValue | undefined {
    for (const candidate of [key, ...fallbackKeys]) {
      const value: unknown = Object.hasOwn(this.#own, candidate) ? Reflect.get(this.#own, candidate) : undefined;
      const plain = isSecretSource(value) ? value.peek() : value;
      if (isConfiguredValue(plain)) return plain;
    }
    return undefined;
  }

  /** What may be seen. Of extra parameters and authorization details, whose values may be secrets, the names. */
  toJSON(): object {
    const { configPath, grantType, clientId, clientAuthentication, authority, requestedTokenType, timeoutMs } = this;
    return {
      ...{ configPath, grantType, clientId, clientAuthentication, authority, requestedTokenType, timeoutMs },
      tenant: this.#tenant,
      scope: this.scope,
      audience: this.audience,
      resource: this.resource,
      parameters: this.settings.parameters.map(([name]) => name),
    };
  }

  /** Whether this very node has the setting, and not one above it. */
  says(key: string): boolean {
    return Object.hasOwn(this.#own, key);
  }

  /** The setting as it holds here: its own, or that of a level above. */
  effective<key extends keyof OwnAuth>(key: key): OwnAuth[key] {
    return this.#effective[key];
  }

  /**
   * What stands for this node in a tenant; `undefined` where there is none of that name.
   *
   * What the tenant says comes after the service, the endpoint and `serviceDefaults`, and ahead of the root. A tenant that is
   * not configured has only a name, for an authority that has a place for it.
   */
  forTenant(name: string): AuthNode | undefined {
    const listed = this.#realm.listed.has(name);
    if (!listed && !(isTenantName(name) && hasTenantPlace(this.#effective.authority))) return undefined;
    return this.#realm.variantOf(this, name, () => this.variantFor(name));
  }

  /** Makes what stands for this node in a tenant; {@link forTenant} keeps it. */
  variantFor(tenant: string): AuthNode {
    if (!this.parent) {
      const own = this.#realm.listed.get(tenant);
      return new AuthNode(own ? `tenants.${tenant}` : "", own ?? {}, { parent: this, tenant });
    }
    const parent = this.#realm.variantOf(this.parent, tenant, () => this.parent?.variantFor(tenant) ?? this.#root);
    return new AuthNode(this.configPath, this.#own, { parent, calls: this.calls });
  }

  /** The first server of an identity assertion: the one that is configured, else the root. */
  #findIdentityProvider({ identityProvider, grantType, delegatedGrant }: OwnAuth): AuthNode | undefined {
    if (!identityProvider) {
      const asserts = grantType === "identityAssertion" || delegatedGrant === "identityAssertion";
      return asserts && this.#top !== this ? this.#top : undefined;
    }
    const known = this.#top.#identityProviders.get(identityProvider);
    if (known) return known;
    const own = { ...identityProvider, grantType: "tokenExchange", delegatedGrant: "tokenExchange" } as const;
    const node = new AuthNode(
      joinPath(this.configPath, "identityProvider"),
      { ...own, identityProvider: undefined },
      this.#top,
    );
    this.#top.#identityProviders.set(identityProvider, node);
    return node;
  }
}

// Not in a static block: the compiler renames a class that speaks of itself, and the new name is not there yet in one.
printAs(AuthNode.prototype, function (this: AuthNode) {
  return `AuthNode ${JSON.stringify(this)}`;
});

const fail = (problem: ConfigurationProblem): Outcome<never> => Outcome.fail(new ConfigurationError([problem]));

function isConfiguredValue(value: unknown): value is ConfiguredValue {
  if (typeof value === "string" || typeof value === "number") return true;
  return value instanceof MultiStringValue || value instanceof Secret;
}

/** What a problem says that no level of the configuration solves. */
export const givenNowhere = "nothing, here or above";

const byPlace = ', best by fromFile("PATH") or fromEnv("NAME")';

const waysToGive: ReadonlyMap<string, string> = new Map([
  ["clientSecret", byPlace],
  ["privateKey", byPlace],
  ["clientAssertion", byPlace],
  ["clientCertificate", `: certificate and privateKey${byPlace}`],
  ["refreshToken", ', best by fromProvider(read, { keep }) or fromFile("PATH")'],
]);

/** The problem of a credential that no level of the configuration has. */
export function missingCredential(configPath: string, key: string, reason?: string): ConfigurationProblem {
  const place = `Set "${key}" here, on the service, in "serviceDefaults" or at the root`;
  const because = reason === undefined ? "" : `${reason} needs it. `;
  return {
    path: joinPath(configPath, key),
    given: givenNowhere,
    fix: `${because}${place}${waysToGive.get(key) ?? ""}.`,
  };
}

function emptySource(path: string, { notation }: SecretSource, refused: Secret | undefined): ConfigurationProblem {
  const given = `${notation}, which gives ${refused ? "nothing but what was refused" : "nothing"}`;
  return { path, given, fix: "Put the secret where it is read from, or name another place." };
}
