import type { ConfigurationDescription } from "../config/describe-configuration.ts";
import type { Capability } from "../context/capability.ts";
import type { ContextStorage } from "../context/context-storage.ts";
import type { IncomingRequest } from "../context/incoming-request.ts";
import type { RequestContext } from "../context/request-context.ts";
import type { AnyBehalfError } from "../errors/any-behalf-error.ts";
import type { RoutePolicy } from "../inbound/route-policy.ts";
import type { OutcomePromise } from "../outcome/outcome-promise.ts";
import type { ProblemAnswer } from "../respond/to-problem.ts";
import type { BackendService } from "../services/backend-service.ts";
import type { HttpServiceProvider } from "../services/http-service-provider.ts";
import type { OpenApiService } from "../services/openapi/openapi-service.ts";
import type { Caller } from "../values/caller.ts";
import type { BehalfInbound } from "./behalf-inbound.ts";
import type { DetachOptions } from "./detach.ts";
import type { Evicted, EvictOptions } from "./evict.ts";
import type { ExplainOptions, TokenPlan } from "./explain.ts";
import type { BehalfHealth } from "./health.ts";
import type { BehalfStats } from "./stats.ts";

/** The paths of a service as it is configured; of a one-URL service, one endpoint of its own name. */
export type PathsOf<name extends string, paths> = unknown extends paths ? { readonly [self in name]: "/" } : paths;

/** The service of a name: of its own class, where it has one. */
export type ServiceOf<name extends string, paths, classes> = name extends keyof classes
  ? classes[name]
  : BackendService<PathsOf<name, paths>>;

/** The current request, and the way to go on after it. */
export interface BehalfContext extends ContextStorage {
  /**
   * Gives the right to call some services on behalf of the current caller after the request has ended.
   *
   * It fails with a {@link MissingContextError} outside of a request, and with a {@link CallerTokenError} without a caller.
   */
  detach(options: DetachOptions): OutcomePromise<Capability>;
}

/** Behalf, configured: authorized clients for the backend services of this API. */
export interface Behalf<services = Readonly<Record<string, object>>, classes = unknown> {
  /**
   * Gives a backend service, by its configured name, with the paths, parameters, bodies and answers of its OpenAPI document:
   * `service<paths>("github")`, with the `paths` that openapi-typescript 7 makes of the document.
   */
  service<paths extends object = never>(
    name: [paths] extends [never] ? never : keyof services & string,
  ): OpenApiService<paths>;
  /** Gives a backend service by its configured name. It holds no state of any request: keep it where you like. */
  service<name extends keyof services & string>(name: name): ServiceOf<name, services[name], classes>;
  /** Provides clients and tokens for those who want the steps one by one. */
  readonly httpServiceProvider: HttpServiceProvider;
  /** The current request. */
  readonly context: BehalfContext;
  /** Runs work as this API itself: what would act on behalf of a caller uses client credentials in there. */
  asService<result>(work: () => result): result;
  /**
   * Runs work on behalf of the caller that a capability was given for: the capability itself, or its sealed text.
   *
   * @throws {CapabilityError} when it cannot be read, has ended, is another instance's, or its caller, token or session was
   *   evicted; what is evicted later has the next call of the work fail with it
   */
  runWith<result>(capability: Capability | string, work: () => result): result;
  /** Whether answers carry a `Server-Timing` header. */
  readonly serverTiming: boolean;
  /**
   * Gives up tokens that Behalf obtained, before their time: the next call that needs one asks the authorization server anew.
   * They go from memory and are no longer taken from the shared store; what is being fetched meanwhile is not kept. A call that
   * has its token already goes on with it.
   *
   * With nothing but `subject` or `sessionId`, and `issuer`, it is the same as `inbound.evict`, which does the same to what was
   * obtained: the caller's own tokens that were issued before are refused from now on, and so are capabilities. A `sessionId`
   * needs no `subject` beside it. Narrowed down by `client`, `service` or `tenant`, callers and capabilities stay as they are.
   * Tokens of callers that do not name their session or subject, and whose issuer did not do it either, are not found by it.
   *
   * It holds in this process when the call comes back. The promise, which never rejects, tells whether it holds everywhere, as
   * that of `inbound.evict` does. It is remembered for seven days: let no capability last longer that is to be revoked.
   *
   * @throws {TypeError} at once, when nothing is given, something unknown, or an empty text, or a service is not configured
   */
  evict(options: EvictOptions<keyof services & string>): Promise<Evicted>;
  /** Who may come in, and who may no more. */
  readonly inbound: BehalfInbound;
  /** Opens the context of an incoming request. For adapters. */
  receive(incoming: IncomingRequest): RequestContext;
  /**
   * Validates the caller's token of a request; at once, when it was validated before. For adapters.
   *
   * @throws {CallerTokenError} when the token is missing, invalid, expired or too narrow
   * @throws {TokenUnreachableError} when the signing keys cannot be had
   */
  authenticateCaller(context: RequestContext, policy?: RoutePolicy): Caller | undefined | Promise<Caller | undefined>;
  /** Says what the caller gets for an error, and logs it if it is ours. For adapters. */
  answer(error: AnyBehalfError, context?: RequestContext): ProblemAnswer;
  /** Tells the effective configuration with the source of each value. Secrets are redacted. */
  describe(): ConfigurationDescription;
  /** Tells what token an endpoint would ask for, without asking. */
  explain(service: keyof services & string, endpoint: string, options?: ExplainOptions): TokenPlan;
  /** Tells how the instance is: whether to send it requests, and how its authorization servers and the shared store are. */
  health(): BehalfHealth;
  /** Counts what the instance holds in memory, and what is under way. */
  stats(): BehalfStats;
  /** Waits for running calls, then closes all connections. Calls after that are refused. */
  close(): Promise<void>;
}
