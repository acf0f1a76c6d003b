import type { Diagnostics } from "../diagnostics/diagnostics.ts";
import { RequestRefusedError } from "../errors/request-refused-error.ts";
import type { DpopProver, Proof } from "../oauth/dpop.ts";
import { type Awaitable, type OutcomePromise, toOutcome, toOutcomePromise } from "../outcome/outcome-promise.ts";
import { type TokenBinding, unbound } from "../tokens/token-binding.ts";
import { HeldToken } from "../tokens/token-entry.ts";
import { BaseAddress } from "../transport/base-address.ts";
import { type GivenHeaders, hasHeader } from "../transport/check-headers.ts";
import { formatQuery, type QueryValues } from "../transport/path.ts";
import { toResponse } from "../transport/to-response.ts";
import type { Transport } from "../transport/transport.ts";
import type { WireAnswer } from "../transport/wire.ts";
import type { ActorToken } from "../values/actor-token.ts";
import type { Cancellation } from "../values/cancellation.ts";
import type { Now } from "../values/clock.ts";
import { asksForAnotherToken } from "./asks-for-another-token.ts";
import { asksForNonce, readNonce } from "./asks-for-nonce.ts";
import { BackendResponse } from "./backend-response.ts";
import { CallObservation } from "./call-observation.ts";
import { checkTokenAddress } from "./check-token-address.ts";
import { readFetchArguments } from "./fetch-arguments.ts";
import type { Place } from "./place.ts";
import { type GivenRequest, prepareRequest } from "./prepare-request.ts";
import type { PreparedRequest } from "./prepared-request.ts";
import { proveInTime } from "./prove-in-time.ts";
import { toBackendError } from "./read-answer.ts";
import { renewInTime } from "./renew-in-time.ts";
import { type BodyOptions, toRequestBody } from "./request-body.ts";
import { translateTransportError } from "./translate-transport-error.ts";

/** A request to be sent by an {@link HttpClient}. */
export type BackendRequest = BodyOptions & {
  /** Relative to the base address, or absolute below it. */
  readonly url: string | URL;
  /** @default "GET" */
  readonly method?: string;
  readonly headers?: GivenHeaders;
  readonly query?: QueryValues;
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
};

/** Gives another token after a backend refused one; `undefined` when there is none to be had. */
export type RenewToken = (
  refused: ActorToken,
  backend: string,
  signal: AbortSignal,
) => Awaitable<ActorToken | undefined>;

/** What a client is made of. */
export interface HttpClientParts {
  readonly transport: Transport;
  readonly diagnostics: Diagnostics;
  /** The token that goes with each request. */
  readonly token?: ActorToken | undefined;
  /** The only origins that the token may go to. @default any that the client is given as its base address */
  readonly tokenOrigins?: readonly string[] | undefined;
  /** Who this API is towards the backend, and the key that the token is bound to. @default nobody in particular */
  readonly binding?: TokenBinding | undefined;
  /** Gives another token after a backend refused this one; `undefined` when there is none to be had. */
  readonly renew?: RenewToken | undefined;
  /** The trace of the incoming request, names and values in turn; a request with a trace of its own does without. */
  readonly traceHeaders: readonly string[];
  readonly messageId?: string | undefined;
  readonly messageIdHeader: string;
  /** Whether tokens may go to `http:` beyond loopback. @default false */
  readonly insecureRequestsAllowed?: boolean | undefined;
  readonly grant: string;
  readonly place: Place;
  readonly timeoutMs: number;
  readonly now: Now;
  /** What else ends its requests: the caller who hangs up. */
  readonly cancellations: readonly Cancellation[];
}

/** What becomes of an exchange. */
export interface ExchangeEnd<result> {
  /** Is given every answer, whatever its status. */
  answered(answer: WireAnswer): Awaitable<result>;
  failed(error: unknown): Awaitable<result>;
}

const maxBytes = 10 * 1024 * 1024;

const passOn: ExchangeEnd<WireAnswer> = {
  answered: (answer) => answer,
  failed(error) {
    throw error;
  },
};

/** An authorized client. Immutable: its token goes with each of its requests, and with no other. */
export class HttpClient {
  readonly #parts: HttpClientParts;
  readonly #baseAddress: BaseAddress | undefined;

  /** @throws {RequestRefusedError} when a token would travel in clear text beyond loopback, or to an origin that it is not for */
  constructor(parts: HttpClientParts, baseAddress?: BaseAddress) {
    if (parts.token && baseAddress) checkTokenAddress(parts, baseAddress);
    this.#parts = parts;
    this.#baseAddress = baseAddress;
  }

  /** What relative URLs resolve against, and what every request stays below. */
  get baseAddress(): URL | undefined {
    return this.#baseAddress?.toURL();
  }

  /** The origin that its requests go to. */
  get origin(): string | undefined {
    return this.#baseAddress?.origin;
  }

  /** The path that every request stays below: `""` or `/v1`. */
  get basePath(): string | undefined {
    return this.#baseAddress?.basePath;
  }

  /**
   * Gives path and query of a URL, from the root of the origin.
   *
   * @throws {RequestRefusedError} when it leads out of the base address
   */
  resolve(url: string): string {
    return this.#base().resolve(url);
  }

  /**
   * A copy with another base address.
   *
   * @throws {RequestRefusedError} when the client holds a token, and the address is not below the one before
   */
  withBaseAddress(address: string | URL | BaseAddress): HttpClient {
    const { token } = this.#parts;
    const before = this.#baseAddress;
    const baseAddress = address instanceof BaseAddress ? address : BaseAddress.parse(address);
    if (before && token && !before.contains(baseAddress)) {
      throw new RequestRefusedError(
        "url",
        "baseAddress",
        `a token for ${before.toURL().href} does not go to ${baseAddress.toURL().href}`,
      );
    }
    return new HttpClient(this.#parts, baseAddress);
  }

  /**
   * The standard `fetch`, authorized. It gives the global `Response` for every status, after the rule for 401.
   *
   * @throws {BehalfError} when the request may not be sent, or no answer comes
   */
  async fetch(...[input, init]: Parameters<typeof globalThis.fetch>): Promise<Response> {
    const { url, method, headers, body, signal, redirect } = await readFetchArguments(input, init);
    const path = this.resolve(url);
    const prepared = this.#prepare({ method, headers, body, signal, streams: true });
    const answer = await this.exchange(prepared, path, passOn);
    const isRedirect = answer.status >= 300 && answer.status < 400 && answer.status !== 304;
    const error =
      isRedirect && redirect !== "manual" ? toBackendError(answer, prepared.place, this.#base().origin) : undefined;
    if (error) throw error;
    return toResponse(answer);
  }

  /** Sends a request; an error status is a failed outcome. */
  send(request: BackendRequest): OutcomePromise<BackendResponse> {
    return toOutcomePromise(toOutcome(() => this.#send(request)));
  }

  /**
   * Sends a prepared request to a path, given from the root of the origin, without the checks of `send` and `fetch`: for
   * backend services, which have made them. A 401 that another token can mend is answered with one, once, if the body can
   * be sent again.
   *
   * The end is in the asynchronous context of the call, and of one promise with it: its result is what the promise gives.
   */
  exchange<result>(request: PreparedRequest, path: string, end: ExchangeEnd<result>): Promise<result> {
    const refuse = (error: unknown): Awaitable<result> => {
      const translated = translateTransportError(error, request.place);
      this.#publish(request, translated);
      return end.failed(translated);
    };
    const mendOrAccept = (answer: WireAnswer): Awaitable<result> => {
      if (!this.#canBeMended(answer)) return this.#accept(request, answer, end);
      return this.#sendRenewed(request, path, answer).then((mended) => this.#accept(request, mended, end), refuse);
    };
    return this.#sendFirst(request, path).then(mendOrAccept, refuse);
  }

  #accept<result>(request: PreparedRequest, answer: WireAnswer, end: ExchangeEnd<result>): Awaitable<result> {
    request.observation.answered(answer.status, answer.firstByteAt);
    this.#publish(request);
    return end.answered(answer);
  }

  #sendFirst(request: PreparedRequest, path: string): Promise<WireAnswer> {
    try {
      return this.#sendProven(request, path, this.#parts.token);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  #publish({ observation, place, method }: PreparedRequest, error?: unknown): void {
    const { diagnostics, grant, messageId } = this.#parts;
    if (!diagnostics.wants("behalf:call", error !== undefined)) return;
    observation.publish(diagnostics, { place, method, grant, messageId }, error);
  }

  async #send(request: BackendRequest): Promise<BackendResponse> {
    const path = this.resolve(`${request.url}${formatQuery(request.query)}`);
    const prepared = this.#prepare({
      method: (request.method ?? "GET").toUpperCase(),
      headers: request.headers,
      body: toRequestBody(request),
      signal: request.signal,
      streams: false,
      timeoutMs: request.timeoutMs,
    });
    const answer = await this.exchange(prepared, path, passOn);
    const error = toBackendError(answer, prepared.place, this.#base().origin);
    if (error) throw error;
    return new BackendResponse(answer, prepared.place);
  }

  #prepare(request: Unprepared): PreparedRequest {
    const { place, timeoutMs, messageIdHeader, now } = this.#parts;
    const given = { ...request, place, timeoutMs: request.timeoutMs ?? timeoutMs };
    const observation = new CallObservation(now);
    observation.tokenAtHand();
    return prepareRequest(given, messageIdHeader, observation);
  }

  #base(): BaseAddress {
    if (this.#baseAddress) return this.#baseAddress;
    throw new RequestRefusedError(
      "url",
      "baseAddress",
      "the client has no base address; give it one by withBaseAddress(url).",
    );
  }

  #canBeMended(answer: WireAnswer): boolean {
    if (answer.status !== 401) return false;
    const { token, renew } = this.#parts;
    return token !== undefined && renew !== undefined && asksForAnotherToken(answer.headers["www-authenticate"]);
  }

  async #sendRenewed(request: PreparedRequest, path: string, answer: WireAnswer): Promise<WireAnswer> {
    const { token, renew, cancellations } = this.#parts;
    if (!token || !renew) return answer;
    const renewed = await renewInTime(async (deadline) => renew(token, this.#base().origin, deadline), {
      timeoutMs: toLeftMs(request),
      cancellations: joinLists(cancellations, request.cancellations),
    });
    if (!renewed || !request.body.replayable || renewed.value() === token.value()) return answer;
    request.observation.resending("unauthorized");
    return this.#sendProven({ ...request, timeoutMs: toLeftMs(request) }, path, renewed);
  }

  /** A token that is bound to a key goes with a proof. */
  #sendProven(request: PreparedRequest, path: string, token: ActorToken | undefined): Promise<WireAnswer> {
    const prover = this.#bindingOf(token).dpop;
    return prover && token ? this.#prove(request, path, { prover, token }) : this.#sendOnce(request, path, { token });
  }

  /** A nonce that the backend asks for is used at once, once. */
  async #prove(request: PreparedRequest, path: string, { prover, token }: BoundToken): Promise<WireAnswer> {
    const { origin } = this.#base();
    // Not `new URL(path, origin)`: a path that begins with two slashes would name another host.
    const url = new URL(`${origin}${path}`);
    const cancellations = joinLists(this.#parts.cancellations, request.cancellations);
    const sendWithProof = async (timeoutMs: number): Promise<{ answer: WireAnswer; proof: Proof }> => {
      const startedAt = performance.now();
      const proven = { method: request.method, url, token };
      const proof = await proveInTime(prover, proven, { timeoutMs, cancellations });
      const provenAt = performance.now();
      const left = { ...request, timeoutMs: Math.max(1, timeoutMs - (provenAt - startedAt)) };
      const answer = await this.#sendOnce(left, path, { token, proof: proof.jwt, provenAt });
      prover.keepNonce(origin, readNonce(answer.headers));
      return { answer, proof };
    };
    const first = await sendWithProof(request.timeoutMs);
    if (!asksForNonce(first.answer, first.proof) || !request.body.replayable) return first.answer;
    request.observation.resending("nonce");
    return (await sendWithProof(toLeftMs(request))).answer;
  }

  /** A token may have come by another service's call, and the connection is this service's own; what the token is bound to wins. */
  #bindingOf(token: ActorToken | undefined): TokenBinding {
    const { binding = unbound } = this.#parts;
    const bound = token instanceof HeldToken ? token.entry.binding : binding;
    if (bound === binding) return binding;
    return bound.certificateThumbprint === binding.certificateThumbprint ? { ...binding, dpop: bound.dpop } : bound;
  }

  #sendOnce(request: PreparedRequest, path: string, authorization: Authorization): Promise<WireAnswer> {
    const { transport, cancellations, diagnostics } = this.#parts;
    const { token, provenAt } = authorization;
    const sentAt = request.observation.sent(token);
    return transport.send({
      origin: this.#base().origin,
      path,
      method: request.method,
      headers: this.#toHeaders(request, authorization),
      body: request.body.content,
      timeoutMs: request.timeoutMs,
      sentAt: provenAt ?? sentAt,
      timesAnswer: diagnostics.wants("behalf:call", false),
      maxBytes,
      streams: request.streams,
      identity: this.#bindingOf(token).backendIdentity,
      cancellations: joinLists(cancellations, request.cancellations),
    });
  }

  #toHeaders({ headers: given, body }: PreparedRequest, { token, proof }: Authorization): string[] {
    const { traceHeaders, messageId, messageIdHeader } = this.#parts;
    const headers = messageId === undefined ? [] : [messageIdHeader, messageId];
    if (token) headers.push("authorization", `${proof === undefined ? "Bearer" : "DPoP"} ${token.value()}`);
    if (proof !== undefined) headers.push("dpop", proof);
    if (!hasHeader(given, "traceparent")) for (const part of traceHeaders) headers.push(part);
    for (const part of given) headers.push(part);
    if (body.contentType !== undefined && !hasHeader(given, "content-type"))
      headers.push("content-type", body.contentType);
    return headers;
  }
}

/** What is left of the time of a request that was sent before, in milliseconds. */
const toLeftMs = ({ timeoutMs, observation }: PreparedRequest): number =>
  Math.max(1, timeoutMs - observation.sinceTokenMs());

interface BoundToken {
  readonly prover: DpopProver;
  readonly token: ActorToken;
}

/** What authorizes one request. */
interface Authorization {
  readonly token: ActorToken | undefined;
  /** The proof that the token is shown with; without one it goes as a bearer token. */
  readonly proof?: string;
  /** When that was made, on the monotonic clock: the time that is left of a request runs from then. */
  readonly provenAt?: number;
}

const joinLists = <item>(first: readonly item[], second: readonly item[]): readonly item[] =>
  second.length === 0 ? first : first.concat(second);

type Unprepared = Omit<GivenRequest, "place" | "timeoutMs"> & { readonly timeoutMs?: number | undefined };
