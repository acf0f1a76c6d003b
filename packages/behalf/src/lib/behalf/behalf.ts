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
import type { Caller } from "../values/caller.ts";
import type { BehalfInbound } from "./behalf-inbound.ts";
import type { DetachOptions } from "./detach.ts";
import type { ExplainOptions, TokenPlan } from "./explain.ts";

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
   * @throws {CapabilityError} when it cannot be read, has ended, or is another instance's
   */
  runWith<result>(capability: Capability | string, work: () => result): result;
  /** Whether answers carry a `Server-Timing` header. */
  readonly serverTiming: boolean;
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
  /** Waits for running calls, then closes all connections. Calls after that are refused. */
  close(): Promise<void>;
}
