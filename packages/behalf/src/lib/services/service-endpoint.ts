import type { HttpMethod } from "../config/options.ts";
import type { ServiceAuthConfig } from "../config/service-auth-config.ts";
import type { RunWork } from "../context/context-storage.ts";
import type { ConfigurationProblem } from "../errors/configuration-error.ts";
import type { OutcomePromise } from "../outcome/outcome-promise.ts";
import type { PathValues } from "../transport/path.ts";
import type { BackendResponse } from "./answers/backend-response.ts";
import type { Call } from "./call.ts";
import type { AnyCallOptions, BodyCallArguments, CallArguments, CallOptions, WithParams } from "./call-arguments.ts";
import { getMany, type KeyOutcome, type KeySuccess, type ManyOptions } from "./many/get-many.ts";
import type { AnyPathKey, PathKey } from "./many/get-many-keys.ts";
import { createPages, type Pages } from "./pages/pages.ts";
import type { PagesOptions } from "./pages/pages-options.ts";
import type { Place } from "./place.ts";

/** Makes the call of an endpoint. */
export type MakeCall = (method: HttpMethod, options: AnyCallOptions | undefined) => Call;

/** What an endpoint is made of. */
export interface ServiceEndpointParts {
  readonly name: string;
  readonly authConfig: ServiceAuthConfig;
  readonly makeCall: MakeCall;
  readonly place: Place;
  /** @throws {RequestRefusedError} for a plain key where the path has no parameter, or more than one */
  readonly toParams: (key: AnyPathKey) => PathValues;
  /** Makes the call of an absolute URL below the base address. */
  readonly follow: (url: string, options: CallOptions) => Call;
  /** Keeps the current request, for calls that are made later. */
  readonly snapshot: () => RunWork;
}

/** A named path of a backend service. It holds no state of any request. */
export class ServiceEndpoint<path = string> {
  readonly name: string;
  /** How its token is obtained. */
  readonly authConfig: ServiceAuthConfig;
  readonly #makeCall: MakeCall;
  readonly #parts: ServiceEndpointParts;

  constructor(parts: ServiceEndpointParts) {
    this.name = parts.name;
    this.authConfig = parts.authConfig;
    this.#makeCall = parts.makeCall;
    this.#parts = parts;
  }

  /** What is wrong with its configuration; nothing for one that can be used. */
  get issues(): readonly ConfigurationProblem[] {
    return [];
  }

  get(...[options]: CallArguments<path>): Call {
    return this.#makeCall("GET", options);
  }

  head(...[options]: CallArguments<path>): Call {
    return this.#makeCall("HEAD", options);
  }

  post(...[options]: BodyCallArguments<path>): Call {
    return this.#makeCall("POST", options);
  }

  put(...[options]: BodyCallArguments<path>): Call {
    return this.#makeCall("PUT", options);
  }

  patch(...[options]: BodyCallArguments<path>): Call {
    return this.#makeCall("PATCH", options);
  }

  delete(...[options]: BodyCallArguments<path>): Call {
    return this.#makeCall("DELETE", options);
  }

  /**
   * Gets many, a few at a time, and gives an outcome for each key, in the order of the keys. A key is an object with the
   * parameters of the path, or the value of the only one that it has. Keys that are given twice are asked for once, and share
   * what is read. Without keys, nothing is asked for.
   *
   * The first failure ends all and is the outcome, unless `tolerateFailures` says otherwise; an abort always does.
   */
  getMany<key extends PathKey<path>, value = BackendResponse>(
    keys: readonly key[],
    options?: ManyOptions<value> & { readonly tolerateFailures?: false },
  ): OutcomePromise<readonly KeySuccess<key, value>[]>;
  getMany<key extends PathKey<path>, value = BackendResponse>(
    keys: readonly key[],
    options: ManyOptions<value>,
  ): OutcomePromise<readonly KeyOutcome<key, value>[]>;
  getMany(
    keys: readonly AnyPathKey[],
    options: ManyOptions<unknown> = {},
  ): OutcomePromise<readonly KeyOutcome<AnyPathKey, unknown>[]> {
    const { toParams, makeCall, snapshot } = this.#parts;
    const ask = (params: PathValues, given: CallOptions): Call => makeCall("GET", { ...given, params });
    return getMany({ toParams, ask, snapshot }, keys, options);
  }

  /**
   * The items of all pages, for `for await (const item of endpoint.pages())`. Each page is a call, made when its items are
   * wanted; what fails is thrown in the loop.
   *
   * The next page is found by what the first answer says: by its links (RFC 8288), or else its envelope, with `skip` in the query;
   * the options tell of cursors and other names. A link out of the base address is refused, and so is a page that was there before.
   */
  pages<item = unknown>(...[options]: WithParams<path, PagesOptions<item>>): Pages<item>;
  pages(options: PagesOptions<unknown> & { readonly params?: PathValues } = {}): Pages<unknown> {
    const { place, follow, makeCall, snapshot } = this.#parts;
    const { params, ...given } = options;
    const ask = (callOptions: CallOptions): Call => makeCall("GET", params ? { ...callOptions, params } : callOptions);
    return createPages({ place, ask, follow, snapshot }, given);
  }

  /** Sends with a method of choice. */
  send(method: HttpMethod, ...[options]: BodyCallArguments<path>): Call {
    return this.#makeCall(method, options);
  }
}

/** An endpoint whose configuration is wrong: it carries the issues, and its calls give a {@link ConfigurationError}. */
export class InvalidEndpoint extends ServiceEndpoint {
  readonly #issues: readonly ConfigurationProblem[];

  constructor(parts: ServiceEndpointParts, issues: readonly ConfigurationProblem[]) {
    super(parts);
    this.#issues = issues;
  }

  override get issues(): readonly ConfigurationProblem[] {
    return this.#issues;
  }
}
