import type { CallHookLists } from "../config/call-hook-lists.ts";
import { RequestRefusedError } from "../errors/request-refused-error.ts";
import { type OutcomePromise, toOutcome, toOutcomePromise } from "../outcome/outcome-promise.ts";
import { BaseAddress } from "../transport/base-address.ts";
import type { GivenHeaders } from "../transport/check-headers.ts";
import { addQuery, type GivenQuery } from "../transport/query.ts";
import { toResponse } from "../transport/to-response.ts";
import type { WireAnswer } from "../transport/wire.ts";
import { BackendResponse } from "./answers/backend-response.ts";
import { toBackendError } from "./answers/read-answer.ts";
import { type FetchArguments, readFetchArguments } from "./fetch-arguments.ts";
import { keepRequest } from "./sending/call-hooks.ts";
import { CallObservation } from "./sending/call-observation.ts";
import { checkTokenAddress } from "./sending/check-token-address.ts";
import { Exchange, type ExchangeEnd } from "./sending/exchange.ts";
import { listFixedHeaders } from "./sending/fixed-headers.ts";
import type { HttpClientParts } from "./sending/http-client-parts.ts";
import { type GivenRequest, prepareRequest } from "./sending/prepare-request.ts";
import type { PreparedRequest } from "./sending/prepared-request.ts";
import { abandonBody, type BodyOptions, type RequestBody, toRequestBody } from "./sending/request-body.ts";
import { withinTime } from "./sending/within-time.ts";

/** A request to be sent by an {@link HttpClient}. */
export type BackendRequest = BodyOptions & {
  /** Relative to the base address, or absolute below it. */
  readonly url: string | URL;
  /** @default "GET" */
  readonly method?: string;
  readonly headers?: GivenHeaders;
  readonly query?: GivenQuery;
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
};

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

  /** A copy whose requests are those of a backend service: its name, its time, and who is told of them. */
  withPlan(plan: Pick<HttpClientParts, "place" | "timeoutMs" | "hooks">): HttpClient {
    return new HttpClient({ ...this.#parts, ...plan }, this.#baseAddress);
  }

  /**
   * The standard `fetch`, authorized. It gives the global `Response` for every status, after the rule for 401. It can be
   * handed on by itself, to libraries that take a `fetch`.
   *
   * @throws {BehalfError} when the request may not be sent, or no answer comes
   */
  get fetch(): typeof globalThis.fetch {
    return (...given) => this.#fetch(...given);
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
   *
   * @throws {RequestRefusedError} when the client has no base address
   */
  exchange<result>(request: PreparedRequest, path: string, end: ExchangeEnd<result>): Promise<result> {
    return new Exchange({ parts: this.#parts, base: this.#base() }, request, end).run(path);
  }

  async #fetch(...[input, init]: Parameters<typeof globalThis.fetch>): Promise<Response> {
    const hooks = this.#hooksOfRequest();
    const { url, method, headers, body, signal, redirect } = await readFetchArguments(input, init);
    const { path, prepared } = orAbandon(body, () => ({
      path: this.resolve(url),
      prepared: this.#prepare({ method, headers, body, signal, streams: true, redirect, hooks }),
    }));
    return toResponse(await this.exchange(prepared, path, passOn));
  }

  async #send(request: BackendRequest): Promise<BackendResponse> {
    const { method = "GET", headers, signal, timeoutMs } = request;
    const body = toRequestBody(request);
    const hooks = this.#hooksOfRequest();
    const { path, prepared } = orAbandon(body, () => ({
      path: this.resolve(addQuery(String(request.url), request.query)),
      prepared: this.#prepare({ method, headers, body, signal, streams: false, timeoutMs, hooks }),
    }));
    const answer = await this.exchange(prepared, path, passOn);
    const error = toBackendError(answer, prepared.place);
    if (error) throw error;
    return new BackendResponse(answer, prepared.place, prepared.observation.url);
  }

  #prepare(request: Unprepared): PreparedRequest {
    const { place, timeoutMs, endsAt, reservedHeaders, now, settings } = this.#parts;
    const given: GivenRequest = {
      ...request,
      place,
      settings: request.redirect === "error" ? { ...settings, maxRedirects: 0 } : settings,
      keepsRedirects: request.redirect === "manual",
      fixedHeaders: listFixedHeaders(settings).any,
      timeoutMs: withinTime(request.timeoutMs ?? timeoutMs, endsAt, place),
    };
    const observation = new CallObservation(now);
    observation.tokenAtHand();
    return prepareRequest(given, reservedHeaders, observation);
  }

  #hooksOfRequest(): CallHookLists | undefined {
    const { hooks, context } = this.#parts;
    return hooks && context ? keepRequest(hooks, context.snapshot()) : hooks;
  }

  #base(): BaseAddress {
    if (this.#baseAddress) return this.#baseAddress;
    throw new RequestRefusedError(
      "url",
      "baseAddress",
      "the client has no base address; give it one by withBaseAddress(url).",
    );
  }
}

/** Does what may refuse a request; a body that is not sent is let go of. */
function orAbandon<made>(body: RequestBody, make: () => made): made {
  try {
    return make();
  } catch (error) {
    abandonBody(body);
    throw error;
  }
}

type Unprepared = Pick<GivenRequest, "method" | "headers" | "body" | "signal" | "streams" | "hooks"> & {
  readonly timeoutMs?: number | undefined;
  /** What is done with a redirect. @default "follow": what the settings say */
  readonly redirect?: FetchArguments["redirect"] | undefined;
};
