import type { GrantType } from "../config/grant-type.ts";
import type { ClientAuthenticationMethod } from "../config/options.ts";
import type {
  AuthConfigOptions,
  AuthContext,
  ConfiguredValue,
  ScopeOptions,
  ServiceAuthConfig,
} from "../config/service-auth-config.ts";
import type { Outcome } from "../outcome/outcome.ts";
import type { Awaitable } from "../outcome/outcome-promise.ts";
import { MultiStringValue } from "../values/multi-string-value.ts";
import type { Secret } from "../values/secret.ts";

/** Who answers for the credentials: the service whose methods a subclass replaced. */
export type CredentialAnswers = Pick<ServiceAuthConfig, "getClientId" | "getClientSecret" | "getScope">;

/** An auth configuration that says what another one says, with some answers of its own. */
export class DerivedAuthConfig implements ServiceAuthConfig {
  readonly origin: ServiceAuthConfig;
  readonly forceAuthorization: boolean;
  readonly #answers: CredentialAnswers;

  constructor(
    origin: ServiceAuthConfig,
    own: { readonly answers?: CredentialAnswers; readonly forceAuthorization?: boolean },
  ) {
    this.origin = origin;
    this.forceAuthorization = own.forceAuthorization ?? origin.forceAuthorization ?? false;
    this.#answers = own.answers ?? origin;
  }

  get grantType(): GrantType {
    return this.origin.grantType;
  }

  get configPath(): string {
    return this.origin.configPath;
  }

  get parent(): ServiceAuthConfig | undefined {
    return this.origin.parent;
  }

  get audience(): MultiStringValue {
    return this.origin.audience ?? MultiStringValue.empty;
  }

  get resource(): MultiStringValue {
    return this.origin.resource ?? MultiStringValue.empty;
  }

  get requestedTokenType(): string | undefined {
    return this.origin.requestedTokenType;
  }

  get clientAuthentication(): ClientAuthenticationMethod {
    return this.origin.clientAuthentication ?? "client_secret_basic";
  }

  getClientId({ grantType }: AuthContext, options?: AuthConfigOptions): Awaitable<Outcome<string>> {
    return this.#answers.getClientId({ grantType, authConfig: this.origin }, options);
  }

  getClientSecret({ grantType }: AuthContext, options?: AuthConfigOptions): Awaitable<Outcome<Secret>> {
    return this.#answers.getClientSecret({ grantType, authConfig: this.origin }, options);
  }

  getScope({ grantType }: AuthContext, options?: ScopeOptions): Awaitable<Outcome<MultiStringValue>> {
    return this.#answers.getScope({ grantType, authConfig: this.origin }, options);
  }

  getConfiguredValue(key: string, ...fallbackKeys: readonly string[]): ConfiguredValue | undefined {
    return this.origin.getConfiguredValue(key, ...fallbackKeys);
  }
}
