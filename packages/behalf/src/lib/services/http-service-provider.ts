import type { ServiceAuthConfig } from "../config/service-auth-config.ts";
import type { Scope } from "../context/scope.ts";
import type { Logger } from "../diagnostics/logger.ts";
import { CallerTokenError } from "../errors/caller-token-error.ts";
import { MissingContextError } from "../errors/missing-context-error.ts";
import { Outcome } from "../outcome/outcome.ts";
import {
  type Awaitable,
  guardOutcome,
  isPending,
  type OutcomePromise,
  toOutcomePromise,
  whenReady,
} from "../outcome/outcome-promise.ts";
import { BaseAddress } from "../transport/base-address.ts";
import type { ActorToken } from "../values/actor-token.ts";
import { isDelegatedGrant } from "../values/delegated-grant.ts";
import {
  type AccessTokenProvider,
  type DiagnosticsProvider,
  type MessageIdProvider,
  readAmbientToken,
  readOwnAmbientToken,
} from "./ambient.ts";
import { checkCapability } from "./check-capability.ts";
import { type ChosenGrant, chooseGrant } from "./choose-grant.ts";
import { type ClientEquipment, createClient } from "./create-client.ts";
import { createDefaultGrants, type DefaultGrants } from "./default-grants.ts";
import { createDerive } from "./derive.ts";
import type { HttpClient } from "./http-client.ts";
import { type AuthorizationService, HttpClientOptions } from "./http-client-options.ts";
import type {
  AuthenticateOptions,
  GetClientOptions,
  HttpServiceProviderDependencies,
  LoggerProvider,
  RecallOptions,
} from "./http-service-provider-options.ts";
import { logAuthorization } from "./log-authorization.ts";
import { nothingToGoBy } from "./nothing-to-go-by.ts";
import { overrides } from "./overrides.ts";
import { readOwnToken } from "./read-own-token.ts";
import type { RenewToken } from "./sending/http-client-parts.ts";
import { closedError } from "./sending/translate-transport-error.ts";
import { subjectOfCapability } from "./subject-of-capability.ts";
import type { ClientCredentialsService, TokenExchangeService } from "./token-services.ts";

type Acquired = Awaitable<Outcome<ActorToken>>;

/** A token that is wanted, by a grant that is chosen. */
interface Wish {
  readonly authConfig: ServiceAuthConfig;
  readonly actorToken: ActorToken | undefined;
  readonly signal: AbortSignal | undefined;
}

/** Provides authorized clients for backend services, and what they need of the current request. */
export class HttpServiceProvider
  implements AuthorizationService, AccessTokenProvider, MessageIdProvider, LoggerProvider, DiagnosticsProvider
{
  /** To replace it, give the constructor another one. */
  protected readonly clientCredentialsService: ClientCredentialsService;
  /** To replace it, give the constructor another one. */
  protected readonly tokenExchangeService: TokenExchangeService;
  protected readonly logger: Logger;
  readonly #dependencies: HttpServiceProviderDependencies;
  readonly #grants: DefaultGrants;
  readonly #derive = createDerive();

  constructor(dependencies: HttpServiceProviderDependencies) {
    this.clientCredentialsService = dependencies.clientCredentialsService;
    this.tokenExchangeService = dependencies.tokenExchangeService;
    this.logger = dependencies.diagnostics.logger;
    this.#dependencies = dependencies;
    this.#grants = createDefaultGrants(dependencies);
  }

  /** Gives a client, authorized as the options say. Its requests go below its base address, once it has one. */
  getClient(
    options: HttpClientOptions = new HttpClientOptions(),
    how: GetClientOptions = {},
  ): OutcomePromise<HttpClient> {
    return toOutcomePromise(this.openClient(options, how));
  }

  /** The same as {@link getClient}, but at once when its token is in memory: a hit costs no promise. */
  openClient(options: HttpClientOptions, how: GetClientOptions = {}): Awaitable<Outcome<HttpClient>> {
    try {
      const opened = this.#openClient(options, how);
      return isPending(opened) ? opened.then(null, (error) => Outcome.fail<HttpClient>(error)) : opened;
    } catch (error) {
      return Outcome.fail(error);
    }
  }

  /**
   * The client of a usual call, where it takes no waiting: its token is in memory, or it needs none. Whatever is not usual gets
   * `undefined`, and goes the way of {@link getClient}, on which everything is looked at.
   */
  recallClient(options: HttpClientOptions, { baseAddress, scope }: RecallOptions): HttpClient | undefined {
    const { getClient, authenticate } = HttpServiceProvider.prototype;
    if (this.getClient !== getClient || this.authenticate !== authenticate) return undefined;
    // Who is asked something by a call is asked once, and this may not be the way that it takes.
    if (this.#dependencies.choosesTenant || this.#dependencies.isClosed()) return undefined;
    const settled = this.#settle(options, scope);
    const needsNone = settled.authConfig?.grantType === "none" && !settled.authorizationService;
    const token = needsNone ? undefined : this.#recall(settled, scope);
    return needsNone || token ? this.#createClient(settled, { token, baseAddress, scope }) : undefined;
  }

  /** Obtains the token for a service, by the grant of its auth configuration. */
  authenticate(options: HttpClientOptions, how: AuthenticateOptions = {}): OutcomePromise<ActorToken> {
    return toOutcomePromise(
      guardOutcome(() => this.#acquire(this.#settle(options, this.#dependencies.context.scope()), how)),
    );
  }

  /** The same as {@link authenticate}, by the name of {@link AuthorizationService}. */
  authorize(
    options: HttpClientOptions,
    how: { readonly signal?: AbortSignal | undefined } = {},
  ): OutcomePromise<ActorToken> {
    return this.authenticate(options, how);
  }

  /** Gives the access token of the current request: the caller's, where it was validated, else what stands in the header. */
  getAccessToken({
    forceStandardHeader = false,
  }: {
    readonly forceStandardHeader?: boolean;
  } = {}): OutcomePromise<ActorToken> {
    const { context, authorizationHeader } = this.#dependencies;
    return forceStandardHeader
      ? readAmbientToken(context, "authorization")
      : readOwnAmbientToken(context, authorizationHeader);
  }

  /** Gives the message id of the current request; `enforce` makes one where there is none. Outside a request there is none. */
  getMessageId({ enforce = false }: { readonly enforce?: boolean } = {}): string | undefined {
    return this.#dependencies.context.current()?.messageId({ enforce });
  }

  /** Gives the service that exchanges tokens. */
  getTokenExchangeService(): TokenExchangeService {
    return this.tokenExchangeService;
  }

  getLogger(): Logger {
    return this.logger;
  }

  startTimer(key: string): void {
    this.#dependencies.context.current()?.timers.start(key);
  }

  endTimer(key: string): number | undefined {
    return this.#dependencies.context.current()?.timers.end(key);
  }

  /** Obtains a token by token exchange (RFC 8693). To be overridden; what it throws becomes a failed outcome. */
  protected onTokenExchangeAuthentication(
    authConfig: ServiceAuthConfig,
    accessToken: ActorToken,
    signal?: AbortSignal,
  ): Acquired {
    return this.#grants.exchange(authConfig, accessToken, signal);
  }

  /** Obtains a token by client credentials (RFC 6749 section 4.4). To be overridden; what it throws becomes a failed outcome. */
  protected onClientCredentialsAuthentication(authConfig: ServiceAuthConfig, signal?: AbortSignal): Acquired {
    return this.#grants.acquireToken(authConfig, signal);
  }

  #openClient(options: HttpClientOptions, how: GetClientOptions): Awaitable<Outcome<HttpClient>> {
    if (this.#dependencies.isClosed()) throw closedError();
    const scope = this.#dependencies.context.scope();
    const settled = this.#settle(options, scope);
    const { authConfig, authorizationService } = settled;
    const needsToken =
      how.authenticate !== false && (authConfig?.grantType !== "none" || authorizationService !== undefined);
    const { baseAddress } = how;
    const base =
      typeof baseAddress === "string" || baseAddress instanceof URL ? BaseAddress.parse(baseAddress) : baseAddress;
    const equip = (token: ActorToken | undefined): HttpClient =>
      this.#createClient(settled, { token, baseAddress: base, scope });
    if (!needsToken) return Outcome.success(equip(undefined));
    return whenReady(this.#authenticate(settled, how), (acquired) => acquired.map(equip));
  }

  /** Another token is asked for in the request that the client was made in, for the caller it had, wherever the client is used. */
  #createClient(options: HttpClientOptions, given: Omit<ClientEquipment, "renew">): HttpClient {
    const { token, scope } = given;
    if (!token) return createClient(this.#dependencies, options, { ...given, renew: undefined });
    const { context, tokenMemory } = this.#dependencies;
    const own = options.actorToken ?? scope?.caller?.token;
    const renew: RenewToken = async (refused, backend, signal) => {
      if (!tokenMemory.reject(refused, backend)) return undefined;
      const forOwn = own && own !== options.actorToken ? options.withActorToken(own) : options;
      return (await context.run(scope, () => this.#authenticate(forOwn, { signal }))).unwrap();
    };
    return createClient(this.#dependencies, options, { token, renew, baseAddress: given.baseAddress, scope });
  }

  /** The token, where it is in memory, and obtained by the steps of this class. */
  #recall(
    { authConfig, actorToken, forceAuthorization, authorizationService }: HttpClientOptions,
    scope: Scope | undefined,
  ): ActorToken | undefined {
    const { isSystemCaller } = this.#dependencies;
    if (!authConfig || forceAuthorization || authorizationService || scope?.capability) return undefined;
    const own = scope?.caller?.token;
    const actorNamed = actorToken !== undefined && actorToken !== own;
    const grantType = chooseGrant(authConfig, { scope, actorNamed, isSystemCaller });
    if (grantType === "forward") {
      const read = readOwnToken(authConfig, scope, actorToken);
      return read.ok ? read.value : undefined;
    }
    const asItself = grantType === "clientCredentials";
    const subject = asItself ? undefined : (actorToken ?? own);
    if (!asItself && !(subject && isDelegatedGrant(grantType))) return undefined;
    if (asItself ? this.#replacesOwnStep() : this.#replacesExchange()) return undefined;
    const held = this.#grants.recall(grantType, authConfig, subject);
    if (held) scope?.request.timers.note(asItself ? "out-auth-cc" : "out-auth-tx");
    return held;
  }

  #authenticate(options: HttpClientOptions, how: AuthenticateOptions): Acquired {
    const replaced = overrides(this, HttpServiceProvider, "authenticate");
    return replaced ? guardOutcome(() => this.authenticate(options, how)) : this.#acquire(options, how);
  }

  #acquire(options: HttpClientOptions, { signal, logger }: AuthenticateOptions): Acquired {
    if (!logger) return guardOutcome(() => this.#acquireByGrant(options, signal));
    const startedAt = performance.now();
    const runHere = this.#dependencies.context.snapshot();
    const acquired = guardOutcome(() => this.#acquireByGrant(options, signal));
    return whenReady(acquired, (outcome) => {
      const { configPath: service, grantType: grant } = options.authConfig ?? {};
      const messageId = runHere(() => this.getMessageId());
      const fields = { service, grant, durationMs: performance.now() - startedAt, messageId };
      logAuthorization(logger, outcome, fields);
      return outcome;
    });
  }

  /** The options for the tenant of the call. */
  #settle(options: HttpClientOptions, scope: Scope | undefined): HttpClientOptions {
    const { authConfig, tenant } = options;
    if (!authConfig) return options;
    const settled = this.#dependencies.forTenant(authConfig, tenant, scope);
    return settled === authConfig ? options : options.withAuthConfig(settled);
  }

  #acquireByGrant(settled: HttpClientOptions, signal: AbortSignal | undefined): Acquired {
    const { authorizationService } = settled;
    if (authorizationService && authorizationService !== this) {
      return authorizationService.authorize(new HttpClientOptions({ ...settled, authorizationService: undefined }), {
        signal,
      });
    }
    const { authConfig: configured, actorToken, forceAuthorization } = settled;
    if (!configured) return Outcome.fail(nothingToGoBy("authConfig", "no auth configuration in the options"));
    const { isSystemCaller, now, context } = this.#dependencies;
    const scope = context.scope();
    if (scope?.capability) checkCapability(scope.capability, configured, now);
    const actorNamed = actorToken !== undefined && actorToken !== scope?.caller?.token;
    const grantType = chooseGrant(configured, { scope, actorNamed, isSystemCaller });
    const changed = grantType !== configured.grantType || forceAuthorization;
    const authConfig = changed ? this.#derive(configured, { grantType, forceAuthorization }) : configured;
    const acquire = (): Acquired => this.#acquireBy(grantType, { authConfig, actorToken, signal });
    const admitted = scope?.admit?.();
    return admitted ? admitted.then(() => context.run(scope, acquire)) : acquire();
  }

  #acquireBy(grantType: ChosenGrant, { authConfig, actorToken, signal }: Wish): Acquired {
    if (isDelegatedGrant(grantType)) return this.#onBehalf(authConfig, actorToken, signal);
    if (grantType === "clientCredentials") return this.#asItself(authConfig, signal);
    if (grantType === "refreshToken") {
      return this.#timed("out-auth-rt", () => this.#grants.refresh(authConfig, signal));
    }
    if (grantType === "forward") return readOwnToken(authConfig, this.#dependencies.context.scope(), actorToken);
    return Outcome.fail(nothingToGoBy(`${authConfig.configPath}.grantType`, `the grant type ${grantType}`));
  }

  /** The token of whom the call is made on behalf of. */
  #readSubject(actorToken: ActorToken | undefined, signal: AbortSignal | undefined): Acquired {
    const { context, forTenant, refreshTokenService, nameSubject, root } = this.#dependencies;
    const scope = context.scope();
    const subject = actorToken ?? scope?.caller?.token;
    if (subject) return Outcome.success(subject);
    if (!scope || scope.standing === "service") return Outcome.fail(new MissingContextError("the caller's token"));
    const { capability } = scope;
    if (!capability) return Outcome.fail(new CallerTokenError("missing"));
    return subjectOfCapability(capability, {
      refreshTokenService,
      authConfig: forTenant(root, capability.tenant, scope),
      signal,
      nameSubject,
    });
  }

  #onBehalf(
    authConfig: ServiceAuthConfig,
    actorToken: ActorToken | undefined,
    signal: AbortSignal | undefined,
  ): Acquired {
    const runHere = this.#dependencies.context.snapshot();
    const read = this.#readSubject(actorToken, signal);
    const exchange = (subject: Outcome<ActorToken>): Acquired =>
      subject.ok ? this.#exchange(authConfig, subject.value, signal) : subject;
    return isPending(read) ? read.then((subject) => runHere(() => exchange(subject))) : exchange(read);
  }

  #exchange(authConfig: ServiceAuthConfig, subject: ActorToken, signal: AbortSignal | undefined): Acquired {
    const step = (wanted: AbortSignal | undefined): Acquired =>
      this.onTokenExchangeAuthentication(authConfig, subject, wanted);
    return this.#timed("out-auth-tx", () =>
      this.#replacesExchange() ? this.#grants.whileWanted(signal, step) : step(signal),
    );
  }

  #asItself(authConfig: ServiceAuthConfig, signal: AbortSignal | undefined): Acquired {
    const step = (wanted: AbortSignal | undefined): Acquired =>
      this.onClientCredentialsAuthentication(authConfig, wanted);
    return this.#timed("out-auth-cc", () =>
      this.#replacesOwnStep() ? this.#grants.whileWanted(signal, step) : step(signal),
    );
  }

  #replacesExchange(): boolean {
    return this.onTokenExchangeAuthentication !== HttpServiceProvider.prototype.onTokenExchangeAuthentication;
  }

  #replacesOwnStep(): boolean {
    return this.onClientCredentialsAuthentication !== HttpServiceProvider.prototype.onClientCredentialsAuthentication;
  }

  #timed(key: string, step: () => Acquired): Acquired {
    const timer = this.#dependencies.context.current()?.timers.start(key);
    const acquired = guardOutcome(step);
    if (!isPending(acquired)) {
      timer?.end();
      return acquired;
    }
    return acquired.then((outcome) => {
      timer?.end();
      return outcome;
    });
  }
}
