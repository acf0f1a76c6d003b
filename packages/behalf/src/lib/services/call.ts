import type { Readable } from "node:stream";
import type { Outcome } from "../outcome/outcome.ts";
import { type OutcomePromise, toOutcomePromise } from "../outcome/outcome-promise.ts";
import { type BackendResponse, readJson } from "./backend-response.ts";
import type { StandardSchema } from "./standard-schema.ts";

/** Sends a call; the body of the answer comes as a stream, or is read into memory. */
export type SendCall = (streams: boolean) => Promise<Outcome<BackendResponse>>;

/**
 * A call that is sent when its answer is asked for: by `await`, `json()`, `text()`, `bytes()`, `stream()` or `unwrap()`.
 *
 * It is sent at most once, on behalf of the caller in whose request it was made.
 */
export class Call implements OutcomePromise<BackendResponse> {
  readonly [Symbol.toStringTag]: string = "Call";
  readonly #send: SendCall;
  #sent: Promise<Outcome<BackendResponse>> | undefined;

  constructor(send: SendCall) {
    this.#send = send;
  }

  // biome-ignore lint/suspicious/noThenProperty: a call is awaited like the promise that it stands for
  then<success = Outcome<BackendResponse>, failure = never>(
    onSuccess?: ((outcome: Outcome<BackendResponse>) => success | PromiseLike<success>) | null,
    onFailure?: ((reason: unknown) => failure | PromiseLike<failure>) | null,
  ): Promise<success | failure> {
    return this.#respond(false).then(onSuccess, onFailure);
  }

  catch<failure = never>(
    onFailure?: ((reason: unknown) => failure | PromiseLike<failure>) | null,
  ): Promise<Outcome<BackendResponse> | failure> {
    return this.#respond(false).catch(onFailure);
  }

  finally(onEnd?: (() => void) | null): Promise<Outcome<BackendResponse>> {
    return this.#respond(false).finally(onEnd);
  }

  /** Waits for the answer, and throws the error of a failed call. */
  unwrap(): Promise<BackendResponse> {
    return this.#respond(false).then((outcome) => outcome.unwrap());
  }

  /** The body as JSON; with a schema, checked and typed by it. */
  json(): OutcomePromise<unknown>;
  json<output>(schema: StandardSchema<output>): OutcomePromise<output>;
  json<output>(schema?: StandardSchema<output>): OutcomePromise<unknown> {
    return toOutcomePromise(this.#readJson(schema));
  }

  /** The body as text in UTF-8. */
  text(): OutcomePromise<string> {
    return toOutcomePromise(this.#respond(false).then((outcome) => outcome.map((response) => response.text())));
  }

  /** The body as bytes. */
  bytes(): OutcomePromise<Uint8Array> {
    return toOutcomePromise(this.#respond(false).then((outcome) => outcome.map((response) => response.bytes())));
  }

  /** The body as a stream with back-pressure. It must be read to its end or destroyed. */
  stream(): OutcomePromise<Readable> {
    return toOutcomePromise(this.#respond(true).then((outcome) => outcome.map((response) => response.stream())));
  }

  #readJson<output>(schema: StandardSchema<output> | undefined): Promise<Outcome<unknown>> {
    return this.#respond(false).then((outcome) => (outcome.ok ? readJson(outcome.value, schema) : outcome));
  }

  #respond(streams: boolean): Promise<Outcome<BackendResponse>> {
    this.#sent ??= this.#send(streams);
    return this.#sent;
  }
}
