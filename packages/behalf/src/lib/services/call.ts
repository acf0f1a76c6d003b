import type { Readable } from "node:stream";
import { Outcome } from "../outcome/outcome.ts";
import { type Awaitable, type OutcomePromise, toOutcomePromise } from "../outcome/outcome-promise.ts";
import { type BackendResponse, readJson, type StreamOptions } from "./answers/backend-response.ts";
import { type Envelope, toContentSchema, toEnvelopeSchema } from "./answers/envelope.ts";
import { type Created, toCreated } from "./answers/location.ts";
import type { StandardSchema } from "./answers/standard-schema.ts";
import { readStatusAnswer, type StatusAnswer } from "./answers/status-answer.ts";

/** Makes of a call's outcome what was asked for. */
export type ReadOutcome<result> = (
  outcome: Outcome<BackendResponse>,
  /** The answer, also where the outcome is a failure because of its status. */
  answered?: BackendResponse,
) => Awaitable<Outcome<result>>;

/** What is wanted of the answer: JSON, anything that is read into memory, or a stream. */
export type AnswerWish = "json" | "any" | "stream";

/** What sends a call. */
export interface CallSender {
  /** Gives what is read of the outcome. */
  send<result>(wish: AnswerWish, read: ReadOutcome<result>): Promise<Outcome<result>>;
}

const readResponse: ReadOutcome<BackendResponse> = (outcome) => outcome;
const readText: ReadOutcome<string> = (outcome) => outcome.map((response) => response.text());
const readBytes: ReadOutcome<Uint8Array> = (outcome) => outcome.map((response) => response.bytes());
const readCreated: ReadOutcome<Created> = (outcome) => outcome.map(({ location }) => toCreated(location));
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
  #answered: BackendResponse | undefined;

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
    return toOutcomePromise(this.#ask("json", read));
  }

  /**
   * What stands in the body: the `data` of an envelope, or the body itself where it is none; with a schema, checked and typed
   * by it.
   *
   * An envelope is told by its shape: an object whose members are `meta` and `data` and no other, where `data` is a list, an
   * object or `null`, and `meta` is an object that says at least one of `total`, `count` and `skip` as a number, and of
   * `messageId`, `msgId` and `tpSdk` as text.
   */
  data(): OutcomePromise<unknown>;
  data<output>(schema: StandardSchema<output>): OutcomePromise<output>;
  data(schema?: StandardSchema<unknown>): OutcomePromise<unknown> {
    return this.json(toContentSchema(schema));
  }

  /**
   * The items of the body, and what its envelope says of them; without an envelope, nothing is said. A list gives its items, a
   * single item is a list of one, `null` is an empty one; with a schema, each item is checked and typed by it.
   */
  envelope(): OutcomePromise<Envelope<unknown>>;
  envelope<item>(schema: StandardSchema<item>): OutcomePromise<Envelope<item>>;
  envelope(schema?: StandardSchema<unknown>): OutcomePromise<Envelope<unknown>> {
    return this.json(toEnvelopeSchema(schema));
  }

  /** What the answer says of a resource that was made: where it is, and its id. */
  created(): OutcomePromise<Created> {
    return toOutcomePromise(this.#ask("any", readCreated));
  }

  /** The body as text in UTF-8. */
  text(): OutcomePromise<string> {
    return toOutcomePromise(this.#ask("any", readText));
  }

  /** The body as bytes. */
  bytes(): OutcomePromise<Uint8Array> {
    return toOutcomePromise(this.#ask("any", readBytes));
  }

  /** The answer, if it has one of these statuses: an error status among them is no error. Any other is the error that it always is. */
  answer(...statuses: readonly [number, ...number[]]): OutcomePromise<StatusAnswer> {
    return toOutcomePromise(this.#ask("any", readStatusAnswer(statuses)));
  }

  /**
   * The body as a stream with back-pressure. It must be read to its end or destroyed. With `maxBytes`, it breaks with a
   * {@link BackendError} once more comes. @default no bound
   */
  stream({ maxBytes }: StreamOptions = {}): OutcomePromise<Readable> {
    const read: ReadOutcome<Readable> = (outcome) => outcome.map((response) => response.stream({ maxBytes }));
    return toOutcomePromise(this.#ask("stream", read));
  }

  #respond(): Promise<Outcome<BackendResponse>> {
    return this.#ask("any", readResponse);
  }

  /** Who asks first has the call sent, and reads in the very promise of the answer. */
  #ask<result>(wish: AnswerWish, read: ReadOutcome<result>): Promise<Outcome<result>> {
    const sent = this.#sent;
    if (sent) return this.#askAgain(sent, read);
    const asked = this.#sender.send(wish, (outcome, answered) => {
      this.#outcome = outcome;
      this.#answered = answered;
      return read(outcome, answered);
    });
    this.#sent = asked;
    return asked;
  }

  async #askAgain<result>(sent: Promise<unknown>, read: ReadOutcome<result>): Promise<Outcome<result>> {
    if (!this.#outcome) await Promise.allSettled([sent]);
    return this.#outcome ? read(this.#outcome, this.#answered) : Outcome.fail(new TypeError("The call was not sent."));
  }
}
