import { type Awaitable, isPending, whenReady } from "../../outcome/outcome-promise.ts";
import type { BaseAddress } from "../../transport/base-address.ts";
import { hasHeader } from "../../transport/check-headers.ts";
import { startTime } from "../../transport/resilience/time-left.ts";
import type { AttemptBounds, ResilientCall } from "../../transport/resilience.ts";
import type { WireAnswer } from "../../transport/wire.ts";
import type { ActorToken } from "../../values/actor-token.ts";
import type { CallSettings } from "../../values/call-settings.ts";
import type { Cancellation } from "../../values/cancellation.ts";
import { type Attempt, sendProven } from "./attempt.ts";
import { runRequestHooks, runResponseHooks } from "./call-hooks.ts";
import type { HttpClientParts } from "./http-client-parts.ts";
import type { PreparedRequest } from "./prepared-request.ts";
import { pursue } from "./pursue.ts";
import { abandonBody } from "./request-body.ts";
import { translateTransportError } from "./translate-transport-error.ts";
import { untilOver } from "./until-over.ts";

/** What becomes of an exchange. */
export interface ExchangeEnd<result> {
  /** Is given every answer, whatever its status. */
  answered(answer: WireAnswer): Awaitable<result>;
  failed(error: unknown): Awaitable<result>;
}

/** A client, as far as its requests go. */
export interface ExchangingClient {
  readonly parts: HttpClientParts;
  readonly base: BaseAddress;
}

/** One request of a client, from its sending to what becomes of its answer. It is an attempt itself, where one is enough. */
export class Exchange<result> implements Attempt {
  readonly parts: HttpClientParts;
  readonly base: BaseAddress;
  readonly request: PreparedRequest;
  readonly cancellations: readonly Cancellation[];
  readonly timeoutMs: number;
  readonly startedAt: undefined;
  token: ActorToken | undefined;
  /** Where it goes: after redirects, the last place. */
  path = "";
  readonly #end: ExchangeEnd<result>;

  constructor({ parts, base }: ExchangingClient, request: PreparedRequest, end: ExchangeEnd<result>) {
    const { cancellations } = request;
    this.parts = parts;
    this.base = base;
    this.request = request;
    this.cancellations = cancellations.length === 0 ? parts.cancellations : [...parts.cancellations, ...cancellations];
    this.timeoutMs = request.timeoutMs;
    this.startedAt = undefined;
    this.token = parts.token;
    this.#end = end;
  }

  /** The end is in the asynchronous context of the call, and of one promise with it: its result is what the promise gives. */
  run(path: string): Promise<result> {
    this.path = path;
    const refuse = (error: unknown): Awaitable<result> => this.#refuse(error);
    if (!isPlain(this.request)) return this.#sendByRules(path).then((answer) => this.#accept(answer), refuse);
    const goOn = (answer: WireAnswer): Awaitable<result> => {
      const pursued = pursue(this, path, answer);
      return pursued ? pursued.then((last) => this.#accept(last), refuse) : this.#accept(answer);
    };
    return this.#sendAtOnce(path).then(goOn, refuse);
  }

  #sendAtOnce(path: string): Promise<WireAnswer> {
    try {
      return sendProven(this, path);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** Sends it as hooks, bulkhead, breaker, hedges and retries want it: at once, where no hook takes time. */
  async #sendByRules(path: string): Promise<WireAnswer> {
    const { request } = this;
    const { hooks } = request;
    if (!hooks) return this.#sendResiliently(request, path);
    const { messageId, reservedHeaders } = this.parts;
    const told = { path, messageId, reservedHeaders };
    const left = startTime(request.timeoutMs, () => performance.now());
    const inTime = <value>(hooked: Awaitable<value>): Awaitable<value> =>
      isPending(hooked) ? untilOver(hooked, { timeoutMs: left(), cancellations: this.cancellations }) : hooked;
    return whenReady(inTime(runRequestHooks(hooks.onRequest, { ...told, request })), (headers) => {
      const hooked = { ...request, headers, timeoutMs: Math.max(1, left()) };
      const sent = this.#sendResiliently(hooked, path);
      return sent.then((answer) =>
        tellOf(answer, this, () => inTime(runResponseHooks(hooks.onResponse, answer, { ...told, request: hooked }))),
      );
    });
  }

  #sendResiliently(request: PreparedRequest, path: string): Promise<WireAnswer> {
    const { base, parts, cancellations } = this;
    const { method, body, headers, observation, settings } = request;
    const { retry, breaker, bulkhead, hedge } = settings;
    const call: ResilientCall = {
      origin: toBackendName(base, settings),
      method,
      replayable: body.replayable,
      hasIdempotencyKey: hasHeader(headers, "idempotency-key"),
      timeoutMs: request.timeoutMs,
      cancellations,
      ...{ retry, breaker, bulkhead, hedge },
      resending: (reason) => observation.resending(reason),
    };
    return parts.resilience.send(call, (bounds) => this.#attempt(request, path, bounds));
  }

  /** A token that took the place of a refused one is that of the attempts which follow. */
  async #attempt(request: PreparedRequest, path: string, bounds: AttemptBounds): Promise<WireAnswer> {
    const { parts, base, token } = this;
    const attempt = { parts, base, request, path, token, startedAt: performance.now(), ...bounds };
    try {
      const answer = await sendProven(attempt, path);
      const last = await (pursue(attempt, path, answer) ?? answer);
      this.token = attempt.token;
      this.path = attempt.path;
      return last;
    } catch (error) {
      // A caller who stops waiting says nothing of the backend, as one who hangs up: no breaker goes by it.
      const stopped = parts.endsAt !== undefined && performance.now() >= parts.endsAt;
      throw stopped ? translateTransportError(error, request.place) : error;
    }
  }

  #accept(answer: WireAnswer): Awaitable<result> {
    this.request.observation.answered(answer, this.base.origin + this.path);
    this.#publish();
    return this.#end.answered(answer);
  }

  /** A stream that was to be the body is not left open: it may not have been sent. */
  #refuse(error: unknown): Awaitable<result> {
    const { place, body } = this.request;
    abandonBody(body);
    const translated = translateTransportError(error, place);
    this.#publish(translated);
    return this.#end.failed(translated);
  }

  #publish(error?: unknown): void {
    const { diagnostics, grant, messageId } = this.parts;
    if (!diagnostics.wants("behalf:call", error !== undefined)) return;
    const { observation, place, method } = this.request;
    observation.publish(diagnostics, { place, method, grant, messageId }, error);
  }
}

/** An answer that is not given on, because a hook fails, lets go of its connection. */
async function tellOf(
  answer: WireAnswer,
  {
    request: { observation },
    base,
    path,
  }: { readonly request: PreparedRequest; readonly base: BaseAddress; readonly path: string },
  tell: () => Awaitable<WireAnswer>,
): Promise<WireAnswer> {
  try {
    return await tell();
  } catch (error) {
    observation.answered(answer, base.origin + path);
    answer.stream?.destroy();
    throw error;
  }
}

/** Services at the sockets of one host are not the same backend. */
const toBackendName = ({ origin }: BaseAddress, { connections }: CallSettings): string =>
  connections?.socketPath === undefined ? origin : `${origin} at ${connections.socketPath}`;

const isPlain = ({ hooks, settings }: PreparedRequest): boolean =>
  hooks === undefined &&
  settings.retry === undefined &&
  settings.breaker === undefined &&
  settings.bulkhead === undefined &&
  settings.hedge === undefined;
