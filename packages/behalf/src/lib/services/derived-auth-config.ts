import type { AuthSettings } from "../config/auth-settings.ts";
import { defaultAuthSettings } from "../config/default-auth-settings.ts";
import type { GrantType } from "../config/grant-type.ts";
import type { ClientAuthenticationMethod } from "../config/options.ts";
import type {
  AuthConfigOptions,
  AuthContext,
  ConfiguredValue,
  ScopeOptions,
  ServiceAuthConfig,
} from "../config/service-auth-config.ts";
import { Outcome } from "../outcome/outcome.ts";
import type { Awaitable } from "../outcome/outcome-promise.ts";
import type { CallSettings } from "../values/call-settings.ts";
import { MultiStringValue } from "../values/multi-string-value.ts";
import { printAs } from "../values/print-as.ts";
import type { Secret } from "../values/secret.ts";

/** Who answers for the credentials: the service whose methods a subclass replaced. */
export type CredentialAnswers = Pick<ServiceAuthConfig, "getClientId" | "getClientSecret" | "getScope">;

/** What a derived configuration says itself. */
export interface DerivedSettings {
  readonly answers?: CredentialAnswers | undefined;
  readonly forceAuthorization?: boolean | undefined;
  readonly grantType?: GrantType | undefined;
  readonly scope?: MultiStringValue | undefined;
  readonly audience?: MultiStringValue | undefined;
  readonly resource?: MultiStringValue | undefined;
  /** Those that take the place of the origin's of the same name; an empty list takes all of them away. */
  readonly parameters?: AuthSettings["parameters"] | undefined;
}

function overlayParameters(
  below: AuthSettings["parameters"],
  above: AuthSettings["parameters"],
): AuthSettings["parameters"] {
  if (above.length === 0) return above;
  const replaced = new Set(above.map(([name]) => name));
  return [...below.filter(([name]) => !replaced.has(name)), ...above];
}

/** An auth configuration that says what another one says, with some answers of its own. */
export class DerivedAuthConfig implements ServiceAuthConfig {
  static {
    // What it derives from may hold values that are not for everybody: parameters of a call, say.
    printAs(DerivedAuthConfig.prototype, function (this: DerivedAuthConfig) {
      return `DerivedAuthConfig ${this.configPath}`;
    });
  }

  readonly origin: ServiceAuthConfig;
  readonly forceAuthorization: boolean;
  readonly grantType: GrantType;
  readonly settings: AuthSettings;
  readonly audience: MultiStringValue;
  readonly resource: MultiStringValue;
  /** What it is derived from, if nothing but the grant is another. */
  readonly plainOrigin: ServiceAuthConfig | undefined;
  readonly #own: DerivedSettings;

  constructor(origin: ServiceAuthConfig, own: DerivedSettings) {
    const settings = origin.settings ?? defaultAuthSettings;
    this.origin = origin;
    this.forceAuthorization = own.forceAuthorization ?? origin.forceAuthorization ?? false;
    this.grantType = own.grantType ?? origin.grantType;
    this.settings = own.parameters
      ? { ...settings, parameters: overlayParameters(settings.parameters, own.parameters) }
      : settings;
    this.audience = own.audience ?? origin.audience ?? MultiStringValue.empty;
    this.resource = own.resource ?? origin.resource ?? MultiStringValue.empty;
    this.plainOrigin = Object.keys(own).every((key) => key === "grantType") ? origin : undefined;
    this.#own = own;
  }

  get configPath(): string {
    return this.origin.configPath;
  }

  get parent(): ServiceAuthConfig | undefined {
    return this.origin.parent;
  }

  get requestedTokenType(): string | undefined {
    return this.origin.requestedTokenType;
  }

  get calls(): CallSettings | undefined {
    return this.origin.calls;
  }

  get clientAuthentication(): ClientAuthenticationMethod {
    return this.origin.clientAuthentication ?? "client_secret_basic";
  }

  getClientId({ grantType }: AuthContext, options?: AuthConfigOptions): Awaitable<Outcome<string>> {
    return this.#answers().getClientId({ grantType, authConfig: this.origin }, options);
  }

  getClientSecret({ grantType }: AuthContext, options?: AuthConfigOptions): Awaitable<Outcome<Secret>> {
    return this.#answers().getClientSecret({ grantType, authConfig: this.origin }, options);
  }

  getScope({ grantType }: AuthContext, options?: ScopeOptions): Awaitable<Outcome<MultiStringValue>> {
    if (this.#own.scope) return Outcome.success(this.#own.scope);
    return this.#answers().getScope({ grantType, authConfig: this.origin }, options);
  }

  getConfiguredValue(key: string, ...fallbackKeys: readonly string[]): ConfiguredValue | undefined {
    return this.origin.getConfiguredValue(key, ...fallbackKeys);
  }

  toJSON(): string {
    return this.configPath;
  }

  /** The same upon another configuration: the origin's for a tenant. */
  upon(origin: ServiceAuthConfig): DerivedAuthConfig {
    return new DerivedAuthConfig(origin, this.#own);
  }

  #answers(): CredentialAnswers {
    return this.#own.answers ?? this.origin;
  }
}
