import { AuthNode } from "../config/auth-node.ts";
import type { AuthSettings } from "../config/auth-settings.ts";
import type { CallHookLists } from "../config/call-hook-lists.ts";
import type { ConfigDelegate } from "../config/config-delegate.ts";
import type { GrantType } from "../config/grant-type.ts";
import type { ClientAuthenticationMethod, HttpMethod } from "../config/options.ts";
import { type Invalid, isInvalid, type ResolvedService } from "../config/resolved.ts";
import type {
  AuthConfigOptions,
  AuthContext,
  ConfiguredValue,
  ScopeOptions,
  ServiceAuthConfig,
} from "../config/service-auth-config.ts";
import type { Capability } from "../context/capability.ts";
import type { ContextStorage } from "../context/context-storage.ts";
import type { Scope } from "../context/scope.ts";
import type { Diagnostics } from "../diagnostics/diagnostics.ts";
import { log } from "../diagnostics/log.ts";
import { CapabilityError } from "../errors/capability-error.ts";
import { ConfigurationError } from "../errors/configuration-error.ts";
import { Outcome } from "../outcome/outcome.ts";
import {
  type Awaitable,
  guardOutcome,
  type OutcomePromise,
  toOutcomePromise,
  whenReady,
} from "../outcome/outcome-promise.ts";
import { BaseAddress } from "../transport/base-address.ts";
import type { ReservedHeaders } from "../transport/check-headers.ts";
import { fillGivenPath } from "../transport/path.ts";
import type { ActorToken } from "../values/actor-token.ts";
import type { CallSettings } from "../values/call-settings.ts";
import type { Now } from "../values/clock.ts";
import type { MultiStringValue } from "../values/multi-string-value.ts";
import type { Secret } from "../values/secret.ts";
import { Call } from "./call.ts";
import type { AnyCallOptions, BodyCallArguments, CallArguments } from "./call-arguments.ts";
import { createEndpoints } from "./create-endpoints.ts";
import { createDelegateAnswers } from "./delegate-answers.ts";
import { type CredentialAnswers, DerivedAuthConfig } from "./derived-auth-config.ts";
import type { HttpClient } from "./http-client.ts";
import { HttpClientOptions } from "./http-client-options.ts";
import { HttpServiceProvider } from "./http-service-provider.ts";
import { type CallHost, type CallPlan, makeCall } from "./make-call.ts";
import { createGetMany, type GetManyOfPath } from "./many/get-many-of-path.ts";
import { overrides } from "./overrides.ts";
import type { Place } from "./place.ts";
import { findHooks } from "./sending/call-hooks.ts";
import { listFixedHeaders } from "./sending/fixed-headers.ts";
import type { ServiceEndpoint } from "./service-endpoint.ts";
import type { ServiceEndpoints } from "./service-endpoints.ts";
import { createServiceFetch } from "./service-fetch.ts";

/** What a backend service works with. */
export interface BackendServiceDependencies {
  readonly configuration: ResolvedService | Invalid;
  /** What the service inherits from. */
  readonly defaults: AuthNode;
  /** The issuer that tokens are asked of where nothing else is configured: for messages. @default "-" */
  readonly authority?: string;
  /** Answers ahead of the configuration. */
  readonly configDelegate?: ConfigDelegate | undefined;
  readonly httpServiceProvider: HttpServiceProvider;
  readonly context: ContextStorage;
  readonly diagnostics: Diagnostics;
  /** The headers that no program may give, because the instance sets them. */
  readonly reservedHeaders: ReservedHeaders;
  readonly now: Now;
}

/** Of a service whose configuration is wrong: no call gets as far. */
const nowhere = new BaseAddress("https://service.invalid", "");

const credentialQuestions = ["getClientId", "getClientSecret", "getScope"];

/**
 * An API that this API calls. It holds no state of any request: the caller is read when a call is made.
 *
 * To be extended by those who want to replace a step: `onGetHttpClient`, `onAuthenticate`, `getScope` and the like.
 */
export class BackendService<paths = Readonly<Record<string, string>>> implements ServiceAuthConfig {
  readonly name: string;
  readonly endpoints: ServiceEndpoints;
  protected readonly httpServiceProvider: HttpServiceProvider;
  /** What is wrong with the configuration. */
  readonly #problems: Invalid["problems"] | undefined;
  readonly #auth: AuthNode;
  readonly #answers: CredentialAnswers;
  readonly #hasDelegate: boolean;
  /** Absent when the configuration is wrong. */
  readonly #baseAddress: BaseAddress | undefined;
  readonly #hooks: CallHookLists | undefined;
  readonly #host: CallHost;
  readonly #diagnostics: Diagnostics;

  constructor(dependencies: BackendServiceDependencies) {
    const { configuration, defaults, context, diagnostics, reservedHeaders, now, authority = "-" } = dependencies;
    this.name = configuration.name;
    this.httpServiceProvider = dependencies.httpServiceProvider;
    this.#problems = isInvalid(configuration) ? configuration.problems : undefined;
    this.#diagnostics = diagnostics;
    this.#baseAddress = isInvalid(configuration)
      ? undefined
      : new BaseAddress(configuration.origin, configuration.basePath);
    this.#hasDelegate = dependencies.configDelegate !== undefined;
    this.#answers = createDelegateAnswers(dependencies.configDelegate, (authContext) => this.#toNode(authContext));
    this.#auth = isInvalid(configuration) ? new AuthNode(configuration.configPath, {}, defaults) : configuration.auth;
    const getClient: CallHost["getClient"] = (options, signal) => this.#getClient(options, signal);
    const recallClient: CallHost["recallClient"] = (options, scope) => this.#recallClient(options, scope);
    this.#host = { context, diagnostics, reservedHeaders, authority, now, getClient, recallClient };
    this.#hooks = isInvalid(configuration) ? undefined : findHooks(configuration);
    this.endpoints = createEndpoints(configuration, {
      hooks: this.#hooks,
      defaults: this.#auth,
      toAuthConfig: (node) => this.#toAuthConfig(node),
      makeCall: (plan, request) => makeCall(this.#host, plan, request),
      snapshot: () => context.snapshot(),
      refuse: (error, place) => this.#refuse(error, place),
    });
  }

  get grantType(): GrantType {
    return this.#auth.grantType;
  }

  get configPath(): string {
    return this.#auth.configPath;
  }

  get parent(): ServiceAuthConfig | undefined {
    return this.#auth.parent;
  }

  get settings(): AuthSettings {
    return this.#auth.settings;
  }

  get audience(): MultiStringValue {
    return this.#auth.audience;
  }

  get resource(): MultiStringValue {
    return this.#auth.resource;
  }

  get requestedTokenType(): string | undefined {
    return this.#auth.requestedTokenType;
  }

  get clientAuthentication(): ClientAuthenticationMethod {
    return this.#auth.clientAuthentication;
  }

  /** How calls without an endpoint are made. */
  get calls(): CallSettings {
    return this.#auth.calls;
  }

  /** How tokens are obtained for a tenant; `undefined` when there is none of that name. */
  forTenant(tenant: string): ServiceAuthConfig | undefined {
    const node = this.#auth.forTenant(tenant);
    return node && this.#toAuthConfig(node);
  }

  /** How the tokens of calls without an endpoint are obtained. */
  get authConfig(): ServiceAuthConfig {
    return this.#toAuthConfig(this.#auth);
  }

  /** Where its paths begin, without a slash at the end: what libraries that take a `fetch` put before theirs. */
  get baseUrl(): string {
    const { origin, basePath } = this.#baseAddress ?? nowhere;
    return `${origin}${basePath}`;
  }

  /** Gives an endpoint by its configured name. */
  endpoint<name extends keyof paths & string>(name: name): ServiceEndpoint<paths[name]> {
    return this.endpoints.get(name) as ServiceEndpoint<paths[name]>;
  }

  /** Gives an endpoint by any name; one that is not configured is an {@link InvalidEndpoint}. */
  getEndpoint(name: string): ServiceEndpoint {
    return this.endpoints.get(name);
  }

  /** Calls a path below the base path. In a template such as `/items/{sku}`, `params` are filled in and encoded. */
  get<path extends string>(path: path, ...[options]: CallArguments<path>): Call {
    return this.send<string>("GET", path, options);
  }

  head<path extends string>(path: path, ...[options]: CallArguments<path>): Call {
    return this.send<string>("HEAD", path, options);
  }

  post<path extends string>(path: path, ...[options]: BodyCallArguments<path>): Call {
    return this.send<string>("POST", path, options);
  }

  put<path extends string>(path: path, ...[options]: BodyCallArguments<path>): Call {
    return this.send<string>("PUT", path, options);
  }

  patch<path extends string>(path: path, ...[options]: BodyCallArguments<path>): Call {
    return this.send<string>("PATCH", path, options);
  }

  delete<path extends string>(path: path, ...[options]: BodyCallArguments<path>): Call {
    return this.send<string>("DELETE", path, options);
  }

  /** Gets many of a path template below the base path, as {@link ServiceEndpoint.getMany} does: see there. */
  readonly getMany: GetManyOfPath = createGetMany(
    (path, given) => this.get<string>(path, given),
    () => this.#host,
  );

  /** Calls a path below the base path, with a method of choice. */
  send<path extends string>(method: HttpMethod, path: path, ...[given]: BodyCallArguments<path>): Call {
    const options: AnyCallOptions = given ?? {};
    const place = { service: this.name, endpoint: "-" };
    if (this.#problems) return this.#refuse(new ConfigurationError(this.#problems), place);
    const { timeoutMs } = this.#auth;
    const { authConfig } = this;
    const plan: CallPlan = {
      place,
      authConfig,
      clientOptions: new HttpClientOptions({ authConfig }),
      timeoutMs,
      settings: this.#auth.calls,
      fixedHeaders: listFixedHeaders(this.#auth.calls),
      hooks: this.#hooks,
      methods: undefined,
      fillPath: ({ params }) => fillGivenPath(path, params),
      placePath: (target, client) => client.resolve(target),
    };
    return makeCall(this.#host, plan, { method, options });
  }

  /**
   * The standard `fetch`, authorized for the caller of the current request. For libraries that take a `fetch`.
   *
   * @throws {BehalfError} when there is no token, the URL leads out of the base path, or no answer comes
   */
  readonly fetch: typeof globalThis.fetch = createServiceFetch(() => ({
    host: this.#host,
    authConfig: this.authConfig,
    place: { service: this.name, endpoint: "-" },
    timeoutMs: this.#auth.timeoutMs,
    hooks: this.#hooks,
  }));

  /** Obtains the token for this service. */
  authenticate(options?: HttpClientOptions, how: AuthConfigOptions = {}): OutcomePromise<ActorToken> {
    if (this.#problems) return toOutcomePromise(Outcome.fail<ActorToken>(new ConfigurationError(this.#problems)));
    const given = options ?? new HttpClientOptions();
    const complete = given.authConfig ? given : given.withAuthConfig(this.authConfig);
    return toOutcomePromise(guardOutcome(() => this.onAuthenticate(complete, how.signal)));
  }

  /** Gives the client id for a node of this service's configuration. */
  getClientId(authContext: AuthContext, options?: AuthConfigOptions): Awaitable<Outcome<string>> {
    return this.#answers.getClientId(authContext, options);
  }

  /** Gives the client secret for a node of this service's configuration. */
  getClientSecret(authContext: AuthContext, options?: AuthConfigOptions): Awaitable<Outcome<Secret>> {
    return this.#answers.getClientSecret(authContext, options);
  }

  /** Gives the scopes to be requested for authorization; none is the empty value. */
  getScope(authContext: AuthContext, options?: ScopeOptions): Awaitable<Outcome<MultiStringValue>> {
    return this.#answers.getScope(authContext, options);
  }

  /** Gives the first of the keys that is configured for this very service. */
  getConfiguredValue(key: string, ...fallbackKeys: readonly string[]): ConfiguredValue | undefined {
    return this.#auth.getConfiguredValue(key, ...fallbackKeys);
  }

  /**
   * Invoked when a client is needed. It is expected to give one that is fully configured according to the options; without
   * a base address it gets that of the service. To be overridden; what it throws becomes a failed outcome. The one that
   * this method gives has the service's base address; for another host, ask `this.httpServiceProvider` for a client.
   */
  protected onGetHttpClient(clientOptions: HttpClientOptions, signal?: AbortSignal): Awaitable<Outcome<HttpClient>> {
    const { httpServiceProvider: provider } = this;
    const how = { signal, baseAddress: this.#baseAddress };
    const replaced = overrides(provider, HttpServiceProvider, "getClient");
    return replaced ? provider.getClient(clientOptions, how) : provider.openClient(clientOptions, how);
  }

  /** Invoked by {@link authenticate}. To be overridden; what it throws becomes a failed outcome. */
  protected onAuthenticate(clientOptions: HttpClientOptions, signal?: AbortSignal): Awaitable<Outcome<ActorToken>> {
    return this.httpServiceProvider.authenticate(clientOptions, { signal });
  }

  /** Invoked when a call cannot be made because the configuration is wrong. Gives the outcome of the call. */
  protected onServiceConfigurationError(error: ConfigurationError, place: Place): Outcome<never> {
    const { instance, logger } = this.#diagnostics;
    log(logger, "error", [{ instance, ...place, problems: error.problems }, "the configuration is wrong"]);
    return Outcome.fail(error);
  }

  #getClient(options: HttpClientOptions, signal: AbortSignal | undefined): Awaitable<Outcome<HttpClient>> {
    if (this.#problems) return Outcome.fail(new ConfigurationError(this.#problems));
    const capability = this.#host.context.scope()?.capability;
    if (capability && !this.#isFor(capability, options)) return Outcome.fail(new CapabilityError("service"));
    return guardOutcome(() => whenReady(this.onGetHttpClient(options, signal), (given) => this.#addBase(given)));
  }

  /** A client that takes no waiting, where no step is replaced. */
  #recallClient(options: HttpClientOptions, scope: Scope | undefined): HttpClient | undefined {
    if (this.#problems || scope?.capability) return undefined;
    if (this.onGetHttpClient !== BackendService.prototype.onGetHttpClient) return undefined;
    return this.httpServiceProvider.recallClient(options, { baseAddress: this.#baseAddress, scope });
  }

  #addBase(obtained: Outcome<HttpClient>): Outcome<HttpClient> {
    const baseAddress = this.#baseAddress;
    if (!obtained.ok || !baseAddress || obtained.value.origin !== undefined) return obtained;
    return obtained.map((client) => client.withBaseAddress(baseAddress));
  }

  /** A call that takes no token of anybody takes no capability either. */
  #isFor({ services }: Capability, { authConfig, authorizationService }: HttpClientOptions): boolean {
    return services.includes(this.name) || (authConfig?.grantType === "none" && !authorizationService);
  }

  #refuse(error: ConfigurationError, place: Place): Call {
    return new Call({
      send: async (_streams, read) => read(await guardOutcome(() => this.onServiceConfigurationError(error, place))),
    });
  }

  #toAuthConfig(node: AuthNode): ServiceAuthConfig {
    const answersItself = credentialQuestions.some((question) => overrides(this, BackendService, question));
    return answersItself || this.#hasDelegate ? new DerivedAuthConfig(node, { answers: this }) : node;
  }

  #toNode({ authConfig }: AuthContext): ServiceAuthConfig {
    if (authConfig instanceof DerivedAuthConfig) return authConfig.origin;
    return authConfig instanceof BackendService ? this.#auth : authConfig;
  }
}
