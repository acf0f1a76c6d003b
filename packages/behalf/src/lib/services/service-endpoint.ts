import type { HttpMethod } from "../config/options.ts";
import type { ServiceAuthConfig } from "../config/service-auth-config.ts";
import type { ConfigurationProblem } from "../errors/configuration-error.ts";
import type { Call } from "./call.ts";
import type { AnyCallOptions, BodyCallArguments, CallArguments } from "./call-arguments.ts";

/** Makes the call of an endpoint. */
export type MakeCall = (method: HttpMethod, options: AnyCallOptions | undefined) => Call;

/** What an endpoint is made of. */
export interface ServiceEndpointParts {
  readonly name: string;
  readonly authConfig: ServiceAuthConfig;
  readonly makeCall: MakeCall;
}

/** A named path of a backend service. It holds no state of any request. */
export class ServiceEndpoint<path = string> {
  readonly name: string;
  /** How its token is obtained. */
  readonly authConfig: ServiceAuthConfig;
  readonly #makeCall: MakeCall;

  constructor(parts: ServiceEndpointParts) {
    this.name = parts.name;
    this.authConfig = parts.authConfig;
    this.#makeCall = parts.makeCall;
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
