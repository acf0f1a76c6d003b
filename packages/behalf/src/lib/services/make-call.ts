import { Readable } from "node:stream";
import type { HttpMethod } from "../config/options.ts";
import type { ServiceAuthConfig } from "../config/service-auth-config.ts";
import type { ContextStorage } from "../context/context-storage.ts";
import type { Scope } from "../context/scope.ts";
import type { Diagnostics } from "../diagnostics/diagnostics.ts";
import { CapabilityError } from "../errors/capability-error.ts";
import { RequestRefusedError } from "../errors/request-refused-error.ts";
import { Outcome } from "../outcome/outcome.ts";
import { type Awaitable, isPending } from "../outcome/outcome-promise.ts";
import { formatQuery } from "../transport/path.ts";
import type { WireAnswer } from "../transport/wire.ts";
import type { Now } from "../values/clock.ts";
import { applyTokenOptions } from "./apply-token-options.ts";
import { BackendResponse } from "./backend-response.ts";
import { Call } from "./call.ts";
import type { AnyCallOptions } from "./call-arguments.ts";
import { CallObservation } from "./call-observation.ts";
import type { HttpClient } from "./http-client.ts";
import { HttpClientOptions } from "./http-client-options.ts";
import type { Place } from "./place.ts";
import { prepareRequest } from "./prepare-request.ts";
import type { PreparedRequest } from "./prepared-request.ts";
import { toBackendError } from "./read-answer.ts";
import { toRequestBody } from "./request-body.ts";

/** The service that a call is made through. */
export interface CallHost {
  readonly context: ContextStorage;
  readonly diagnostics: Diagnostics;
  readonly messageIdHeader: string;
  readonly now: Now;
  getClient(options: HttpClientOptions, signal: AbortSignal | undefined): Awaitable<Outcome<HttpClient>>;
}

/** What the configuration fixes of a call. */
export interface CallPlan {
  readonly place: Place;
  readonly authConfig: ServiceAuthConfig;
  readonly timeoutMs: number;
  /** The methods that may be used; `undefined` for all. */
  readonly methods: ReadonlySet<HttpMethod> | undefined;
  /** Gives the path, as a function of the client's base address; throws when it may not be used. */
  readonly toPath: (options: AnyCallOptions) => (client: HttpClient) => string;
}

/** What the program says of a call. */
export interface CallRequest {
  readonly method: HttpMethod;
  readonly options: AnyCallOptions;
}

interface SendingCall extends CallRequest {
  readonly scope: Scope | undefined;
  readonly streams: boolean;
}

/** Makes a call. The current request is read now, the call is sent when its answer is asked for. */
export function makeCall(host: CallHost, plan: CallPlan, request: CallRequest): Call {
  const scope = host.context.scope();
  const { method, options } = request;
  return new Call((streams) =>
    host.context.run(scope, () => sendCall(host, plan, { method, options, scope, streams })),
  );
}

/** Sends a call. A hit has no promise but that of its answer. */
function sendCall(host: CallHost, plan: CallPlan, call: SendingCall): Promise<Outcome<BackendResponse>> {
  const endTimer = call.scope?.request.timers.start(`out-${call.method.toLowerCase()}`);
  const observation = new CallObservation(host.now);

  const end = (outcome: Outcome<BackendResponse>): Outcome<BackendResponse> => {
    endTimer?.();
    return outcome;
  };
  const fail = (error: unknown): Outcome<BackendResponse> => end(Outcome.fail(error));
  const failUnsent = (error: unknown): Outcome<BackendResponse> => {
    giveUp(host, plan, { call, observation, error });
    return fail(error);
  };

  try {
    const toPath = plan.toPath(call.options);
    const prepared = prepare(host, plan, { call, observation });
    const sendBy = (client: HttpClient): Promise<Outcome<BackendResponse>> =>
      exchange(client, prepared, () => `${toPath(client)}${formatQuery(call.options.query)}`).then(
        (answer) => end(toOutcomeOf(answer, plan.place, client)),
        fail,
      );
    const obtained = host.getClient(toClientOptions(plan, call), call.options.signal);
    if (!isPending(obtained)) return sendBy(obtained.unwrap());
    return Promise.resolve(obtained)
      .then((outcome) => outcome.unwrap())
      .then(sendBy, failUnsent);
  } catch (error) {
    return Promise.resolve(failUnsent(error));
  }
}

/** A path that leads out of the base address fails the call, like anything that goes wrong on the way. */
function exchange(client: HttpClient, prepared: PreparedRequest, toPath: () => string): Promise<WireAnswer> {
  try {
    return client.exchange(prepared, toPath());
  } catch (error) {
    return Promise.reject(error);
  }
}

function toOutcomeOf(answer: WireAnswer, place: Place, client: HttpClient): Outcome<BackendResponse> {
  try {
    const error = toBackendError(answer, place, client.origin ?? "");
    return error ? Outcome.fail(error) : Outcome.success(new BackendResponse(answer, place));
  } catch (error) {
    return Outcome.fail(error);
  }
}

interface UnsentCall {
  readonly call: SendingCall;
  readonly observation: CallObservation;
  readonly error: unknown;
}

/** Reports a call that was not sent; a stream that was to be its body is not left open. */
function giveUp(
  { diagnostics }: CallHost,
  { authConfig, place }: CallPlan,
  { call, observation, error }: UnsentCall,
): void {
  const { method, scope, options } = call;
  if (options.body instanceof Readable) options.body.destroy();
  observation.publish(
    diagnostics,
    { place, method, grant: authConfig.grantType, messageId: scope?.request.messageId() },
    error,
  );
}

function prepare(
  { messageIdHeader }: CallHost,
  { place, methods, timeoutMs }: CallPlan,
  { call, observation }: { readonly call: SendingCall; readonly observation: CallObservation },
): PreparedRequest {
  const { method, options, streams } = call;
  if (methods && !methods.has(method)) {
    throw new RequestRefusedError(
      "method",
      method,
      `the endpoint allows ${[...methods].join(", ")} and not ${method}.`,
    );
  }
  const given = {
    place,
    method,
    headers: options.headers,
    body: toRequestBody(options),
    signal: options.signal,
    timeoutMs: options.timeoutMs ?? timeoutMs,
    streams,
  };
  return prepareRequest(given, messageIdHeader, observation);
}

/**
 * A capability is for the services as they are configured.
 *
 * @throws {CapabilityError} when the call would make its token for somebody else
 */
function toClientOptions({ authConfig }: CallPlan, { scope, options }: SendingCall): HttpClientOptions {
  const retargeted = options.audience !== undefined || options.resource !== undefined;
  if (scope?.capability && retargeted) throw new CapabilityError("service");
  const given = options.clientOptions ?? new HttpClientOptions({ authConfig, actorToken: scope?.caller?.token });
  return applyTokenOptions(given.authConfig ? given : given.withAuthConfig(authConfig), options);
}
