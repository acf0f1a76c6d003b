import type { Readable } from "node:stream";
import { Outcome } from "../outcome/outcome.ts";
import { type Awaitable, type OutcomePromise, toOutcomePromise } from "../outcome/outcome-promise.ts";
import { type BackendResponse, readJson } from "./backend-response.ts";
import type { StandardSchema } from "./standard-schema.ts";

/** Makes of a call's outcome what was asked for. */
export type ReadOutcome<result> = (outcome: Outcome<BackendResponse>) => Awaitable<Outcome<result>>;

/** What sends a call. */
export interface CallSender {
  /** The body of the answer comes as a stream, or is read into memory. Gives what is read of the outcome. */
  send<result>(streams: boolean, read: ReadOutcome<result>): Promise<Outcome<result>>;
}

const readResponse: ReadOutcome<BackendResponse> = (outcome) => outcome;
const readText: ReadOutcome<string> = (outcome) => outcome.map((response) => response.text());
const readBytes: ReadOutcome<Uint8Array> = (outcome) => outcome.map((response) => response.bytes());
const readStream: ReadOutcome<Readable> = (outcome) => outcome.map((response) => response.stream());
const readPlainJson: ReadOutcome<unknown> = (outcome) => (outcome.ok ? readJson(outcome.value, undefined) : outcome);

/**
 * A call that is sent when its answer is asked for: by `await`, `json()`, `text()`, `bytes()`, `stream()` or `unwrap()`.
 *
 * It is sent at most once, on behalf of the caller in whose request it was made.
 */
export class Call implements OutcomePromise<BackendResponse> {
  readonly [Symbol.toStringTag]: string = "Call";
  readonly #sender: CallSender;
  /** What the first reading gives: the call was sent for it. */
  #sent: Promise<unknown> | undefined;
  #outcome: Outcome<BackendResponse> | undefined;

  constructor(sender: CallSender) {
    this.#sender = sender;
  }

  // biome-ignore lint/suspicious/noThenProperty: a call is awaited like the promise that it stands for
  then<success = Outcome<BackendResponse>, failure = never>(
    onSuccess?: ((outcome: Outcome<BackendResponse>) => success | PromiseLike<success>) | null,
    onFailure?: ((reason: unknown) => failure | PromiseLike<failure>) | null,
  ): Promise<success | failure> {
    return this.#respond().then(onSuccess, onFailure);
  }

  catch<failure = never>(
    onFailure?: ((reason: unknown) => failure | PromiseLike<failure>) | null,
  ): Promise<Outcome<BackendResponse> | failure> {
    return this.#respond().catch(onFailure);
  }

  finally(onEnd?: (() => void) | null): Promise<Outcome<BackendResponse>> {
    return this.#respond().finally(onEnd);
  }

  /** Waits for the answer, and throws the error of a failed call. */
  unwrap(): Promise<BackendResponse> {
    return this.#respond().then((outcome) => outcome.unwrap());
  }

  /** The body as JSON; with a schema, checked and typed by it. */
  json(): OutcomePromise<unknown>;
  json<output>(schema: StandardSchema<output>): OutcomePromise<output>;
  json<output>(schema?: StandardSchema<output>): OutcomePromise<unknown> {
    const read: ReadOutcome<unknown> = schema
      ? (outcome) => (outcome.ok ? readJson(outcome.value, schema) : outcome)
      : readPlainJson;
    return toOutcomePromise(this.#ask(false, read));
  }

  /** The body as text in UTF-8. */
  text(): OutcomePromise<string> {
    return toOutcomePromise(this.#ask(false, readText));
  }

  /** The body as bytes. */
  bytes(): OutcomePromise<Uint8Array> {
    return toOutcomePromise(this.#ask(false, readBytes));
  }

  /** The body as a stream with back-pressure. It must be read to its end or destroyed. */
  stream(): OutcomePromise<Readable> {
    return toOutcomePromise(this.#ask(true, readStream));
  }

  #respond(): Promise<Outcome<BackendResponse>> {
    return this.#ask(false, readResponse);
  }

  /** Who asks first has the call sent, and reads in the very promise of the answer. */
  #ask<result>(streams: boolean, read: ReadOutcome<result>): Promise<Outcome<result>> {
    const sent = this.#sent;
    if (sent) return this.#askAgain(sent, read);
    const asked = this.#sender.send(streams, (outcome) => {
      this.#outcome = outcome;
      return read(outcome);
    });
    this.#sent = asked;
    return asked;
  }

  async #askAgain<result>(sent: Promise<unknown>, read: ReadOutcome<result>): Promise<Outcome<result>> {
    if (!this.#outcome) await Promise.allSettled([sent]);
    return this.#outcome ? read(this.#outcome) : Outcome.fail(new TypeError("The call was not sent."));
  }
}
