import { Readable } from "node:stream";
import type { CallHookLists } from "../config/call-hook-lists.ts";
import type { HttpMethod } from "../config/options.ts";
import { resolveCallOverrides } from "../config/resolve-calls.ts";
import type { ServiceAuthConfig } from "../config/service-auth-config.ts";
import type { ContextStorage } from "../context/context-storage.ts";
import type { Scope } from "../context/scope.ts";
import type { Diagnostics } from "../diagnostics/diagnostics.ts";
import type { RunningStep } from "../diagnostics/timers.ts";
import { CapabilityError } from "../errors/capability-error.ts";
import { RequestRefusedError } from "../errors/request-refused-error.ts";
import { Outcome } from "../outcome/outcome.ts";
import { type Awaitable, isPending } from "../outcome/outcome-promise.ts";
import { cancelledBy } from "../transport/cancellation.ts";
import type { ReservedHeaders } from "../transport/check-headers.ts";
import { addQuery } from "../transport/query.ts";
import type { AttemptBounds } from "../transport/resilience.ts";
import type { WireAnswer } from "../transport/wire.ts";
import type { CallSettings } from "../values/call-settings.ts";
import type { Now } from "../values/clock.ts";
import { BackendResponse } from "./answers/backend-response.ts";
import { toBackendError } from "./answers/read-answer.ts";
import { applyTokenOptions, saysNothing } from "./apply-token-options.ts";
import { type AnswerWish, Call, type CallSender, type ReadOutcome } from "./call.ts";
import type { AnyCallOptions } from "./call-arguments.ts";
import type { HttpClient } from "./http-client.ts";
import { HttpClientOptions } from "./http-client-options.ts";
import { obtainClient } from "./obtain-client.ts";
import type { Place } from "./place.ts";
import { keepRequest } from "./sending/call-hooks.ts";
import { CallObservation } from "./sending/call-observation.ts";
import { checkBody } from "./sending/check-body.ts";
import type { ExchangeEnd } from "./sending/exchange.ts";
import type { FixedHeaders } from "./sending/fixed-headers.ts";
import { prepareRequest } from "./sending/prepare-request.ts";
import type { PreparedRequest } from "./sending/prepared-request.ts";
import { abandonBody, type RequestBody, toRequestBody } from "./sending/request-body.ts";
import { translateTransportError } from "./sending/translate-transport-error.ts";
import { untilOver } from "./sending/until-over.ts";
import { withinTime } from "./sending/within-time.ts";

/** The service that a call is made through. */
export interface CallHost {
  readonly context: ContextStorage;
  readonly diagnostics: Diagnostics;
  readonly reservedHeaders: ReservedHeaders;
  readonly now: Now;
  /** The issuer that tokens are asked of where nothing else is configured. */
  readonly authority: string;
  /** A client at once, where it takes no waiting. */
  recallClient(options: HttpClientOptions, scope: Scope | undefined): HttpClient | undefined;
  getClient(options: HttpClientOptions, signal: AbortSignal | undefined): Awaitable<Outcome<HttpClient>>;
}

/** What the configuration fixes of a call. */
export interface CallPlan {
  readonly place: Place;
  readonly authConfig: ServiceAuthConfig;
  /** How the client is authorized of a call that says nothing of it. */
  readonly clientOptions: HttpClientOptions;
  readonly timeoutMs: number;
  readonly settings: CallSettings;
  readonly fixedHeaders: FixedHeaders;
  readonly hooks: CallHookLists | undefined;
  /** The methods that may be used; `undefined` for all. */
  readonly methods: ReadonlySet<HttpMethod> | undefined;
  /** Gives the path below the base address; throws when the parameters do not fit. */
  readonly fillPath: (options: AnyCallOptions) => string;
  /** Gives the path from the root of the client's origin; throws when it leads out of the base address. */
  readonly placePath: (path: string, client: HttpClient) => string;
}

/** What the program says of a call. */
export interface CallRequest {
  readonly method: HttpMethod;
  readonly options: AnyCallOptions;
}

/** A call that was made in a scope, and can be sent. */
class PlannedCall implements CallSender {
  readonly host: CallHost;
  readonly plan: CallPlan;
  readonly method: HttpMethod;
  readonly options: AnyCallOptions;
  readonly scope: Scope | undefined;

  constructor(host: CallHost, plan: CallPlan, { method, options }: CallRequest) {
    this.host = host;
    this.plan = plan;
    this.method = method;
    this.options = options;
    this.scope = host.context.scope();
  }

  send<result>(wish: AnswerWish, read: ReadOutcome<result>): Promise<Outcome<result>> {
    const { context } = this.host;
    if (context.scope() === this.scope) return new Sending(this, wish, read).start();
    return context.run(this.scope, () => new Sending(this, wish, read).start());
  }
}

/** Makes a call. The current request is read now, the call is sent when its answer is asked for. */
export function makeCall(host: CallHost, plan: CallPlan, request: CallRequest): Call {
  return new Call(new PlannedCall(host, plan, request));
}

const timerKeys: Readonly<Partial<Record<HttpMethod, string>>> = { GET: "out-get", POST: "out-post" };

/** One call under way. A hit has two promises: that of the transport, and that of what is read of the answer. */
class Sending<result> implements ExchangeEnd<Outcome<result>> {
  readonly #call: PlannedCall;
  readonly #wish: AnswerWish;
  readonly #read: ReadOutcome<result>;
  readonly #timer: RunningStep | undefined;
  readonly #observation: CallObservation;
  #body: RequestBody | undefined;

  constructor(call: PlannedCall, wish: AnswerWish, read: ReadOutcome<result>) {
    const { method, scope, host } = call;
    this.#call = call;
    this.#wish = wish;
    this.#read = read;
    const startedAt = performance.now();
    this.#timer = scope?.request.timers.start(timerKeys[method] ?? `out-${String(method).toLowerCase()}`, startedAt);
    this.#observation = new CallObservation(host.now, startedAt);
  }

  start(): Promise<Outcome<result>> {
    const { host, options, scope } = this.#call;
    try {
      if (options.bodySchema === undefined) return this.#start(toRequestBody(options));
      const body = checkBody(options);
      if (!isPending(body)) return this.#start(body);
      return untilOver(body, this.#bounds()).then(
        (checked) => host.context.run(scope, () => this.#start(checked)),
        (error) => this.#giveUp(translateTransportError(error, this.#call.plan.place)),
      );
    } catch (error) {
      return Promise.resolve(this.#giveUp(error));
    }
  }

  /** How long a schema may think. */
  #bounds(): AttemptBounds {
    const { plan, options, scope } = this.#call;
    const { signal } = options;
    const hangUp = scope ? [scope.request.hangUp] : [];
    return {
      timeoutMs: withinTime(options.timeoutMs ?? plan.timeoutMs, scope?.request.endsAt, plan.place),
      cancellations: signal ? [...hangUp, cancelledBy(signal)] : hangUp,
    };
  }

  #start(body: RequestBody): Promise<Outcome<result>> {
    const { host, plan, options, scope } = this.#call;
    this.#body = body;
    try {
      const path = plan.fillPath(options);
      const prepared = this.#prepare(body);
      const says = options.clientOptions !== undefined || !saysNothing(options);
      const recalled = host.recallClient(says ? toClientOptions(this.#call) : plan.clientOptions, scope);
      if (recalled) {
        this.#observation.tokenAtHand();
        return this.#exchange(recalled, prepared, path);
      }
      return obtainClient(this.#call, toClientOptions(this.#call), prepared.timeoutMs).then(
        ({ client, leftMs }) => {
          this.#observation.tokenObtained();
          return this.#exchange(client, { ...prepared, timeoutMs: leftMs }, path);
        },
        (error) => this.#giveUp(error),
      );
    } catch (error) {
      return Promise.resolve(this.#giveUp(error));
    }
  }

  answered(answer: WireAnswer): Awaitable<Outcome<result>> {
    const { place } = this.#call.plan;
    const response = new BackendResponse(answer, place, this.#observation.url);
    const error = toBackendError(answer, place);
    return this.#end(error ? Outcome.fail(error) : Outcome.success(response), response);
  }

  failed(error: unknown): Awaitable<Outcome<result>> {
    return this.#end(Outcome.fail(error));
  }

  /** A path that leads out of the base address fails the call, like anything that goes wrong on the way. */
  #exchange(client: HttpClient, prepared: PreparedRequest, path: string): Promise<Outcome<result>> {
    const { plan, options } = this.#call;
    try {
      const target = addQuery(plan.placePath(path, client), options.query);
      return client.exchange(prepared, target, this);
    } catch (error) {
      return Promise.resolve(this.#giveUp(error));
    }
  }

  /** Reports a call that was not sent; a stream that was to be its body is not left open. */
  #giveUp(error: unknown): Awaitable<Outcome<result>> {
    const { host, plan, method, scope, options } = this.#call;
    const { authConfig, place } = plan;
    if (this.#body) abandonBody(this.#body);
    else if (options.body instanceof Readable) options.body.destroy();
    const observed = { place, method, grant: authConfig.grantType, messageId: scope?.request.messageId() };
    this.#observation.publish(host.diagnostics, observed, error);
    return this.failed(error);
  }

  #end(outcome: Outcome<BackendResponse>, answered?: BackendResponse): Awaitable<Outcome<result>> {
    this.#timer?.end();
    return this.#read(outcome, answered);
  }

  #prepare(body: RequestBody): PreparedRequest {
    const { host, plan, method, options, scope } = this.#call;
    const { methods } = plan;
    if (methods && !methods.has(method)) {
      throw new RequestRefusedError(
        "method",
        method,
        `the endpoint allows ${[...methods].join(", ")} and not ${method}.`,
      );
    }
    const given = {
      place: plan.place,
      method,
      headers: options.headers,
      body,
      signal: options.signal,
      timeoutMs: withinTime(options.timeoutMs ?? plan.timeoutMs, scope?.request.endsAt, plan.place),
      streams: this.#wish === "stream",
      settings: resolveCallOverrides(options, plan.settings),
      fixedHeaders: this.#wish === "json" ? plan.fixedHeaders.json : plan.fixedHeaders.any,
      hooks: plan.hooks && keepRequest(plan.hooks, host.context.snapshot()),
    };
    return prepareRequest(given, host.reservedHeaders, this.#observation);
  }
}

/**
 * A capability is for the services as they are configured.
 *
 * @throws {CapabilityError} when the call would make its token for somebody else
 */
function toClientOptions({ plan: { authConfig }, scope, options }: PlannedCall): HttpClientOptions {
  const retargeted = options.audience !== undefined || options.resource !== undefined;
  if (scope?.capability && retargeted) throw new CapabilityError("service");
  const given = options.clientOptions ?? new HttpClientOptions({ authConfig, actorToken: scope?.caller?.token });
  return applyTokenOptions(given.authConfig ? given : given.withAuthConfig(authConfig), options);
}
