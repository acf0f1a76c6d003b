import { Readable } from "node:stream";
import { BackendError } from "../../errors/backend-error.ts";
import { Outcome } from "../../outcome/outcome.ts";
import { type Awaitable, type OutcomePromise, toOutcomePromise, whenReady } from "../../outcome/outcome-promise.ts";
import { toHeaders } from "../../transport/to-response.ts";
import type { WireAnswer } from "../../transport/wire.ts";
import type { Place } from "../place.ts";
import { boundStream } from "./bound-stream.ts";
import { readLocation } from "./location.ts";
import { joinChunks, readText } from "./read-answer.ts";
import type { StandardSchema } from "./standard-schema.ts";

/** How a body is wanted as a stream. */
export interface StreamOptions {
  /** How many bytes may come, expanded. @default any number */
  readonly maxBytes?: number | undefined;
}

let placeOf: (response: BackendResponse) => Place;

/** A backend's successful answer. Its body is in memory, unless it was asked for as a stream. */
export class BackendResponse {
  static {
    placeOf = (response) => response.#place;
  }

  readonly status: number;
  readonly #answer: WireAnswer;
  readonly #place: Place;
  readonly #url: string;
  #headers: Headers | undefined;

  constructor(answer: WireAnswer, place: Place, url = "") {
    this.status = answer.status;
    this.#answer = answer;
    this.#place = place;
    this.#url = url;
  }

  /** The URL that answered: after redirects, the last one. */
  get url(): string {
    return this.#url;
  }

  /** The header `Location`, resolved against that URL; `undefined` without one that is well formed and http(s). */
  get location(): URL | undefined {
    return readLocation(this.#answer.headers.location, this.#url);
  }

  /** The headers of the answer. */
  get headers(): Headers {
    this.#headers ??= toHeaders(this.#answer.headers);
    return this.#headers;
  }

  /** The body as JSON; with a schema, checked and typed by it. */
  json(): OutcomePromise<unknown>;
  json<output>(schema: StandardSchema<output>): OutcomePromise<output>;
  json<output>(schema?: StandardSchema<output>): OutcomePromise<unknown> {
    return toOutcomePromise(Promise.resolve(this).then((response) => readJson(response, schema)));
  }

  /** The body as text in UTF-8. */
  text(): string {
    return readText(this.#answer.chunks);
  }

  /** The body as bytes. */
  bytes(): Uint8Array {
    return joinChunks(this.#answer.chunks);
  }

  /** The body as a stream with back-pressure. It must be read to its end or destroyed. */
  stream({ maxBytes }: StreamOptions = {}): Readable {
    const stream = this.#answer.stream ?? Readable.from(this.#answer.chunks);
    return maxBytes === undefined ? stream : boundStream(stream, maxBytes, () => this.#toUnreadable(maxBytes));
  }

  #toUnreadable(maxBytes: number): BackendError {
    const { status } = this;
    const message = `the answer is larger than the ${maxBytes} bytes that were asked for`;
    return new BackendError({ ...this.#place, status, code: "BEHALF_BACKEND_UNREADABLE", message });
  }
}

/** The outcome of an answer that came, and cannot be used. */
export function unreadable(response: BackendResponse, message: string): Outcome<never> {
  const { service, endpoint } = placeOf(response);
  const { status } = response;
  return Outcome.fail(new BackendError({ service, endpoint, status, code: "BEHALF_BACKEND_UNREADABLE", message }));
}

function parseJson(response: BackendResponse): Outcome<unknown> {
  const text = response.text();
  try {
    return Outcome.success(JSON.parse(text));
  } catch {
    return unreadable(response, text === "" ? "the answer has no body" : "the answer is not JSON");
  }
}

/** Reads the body of an answer as JSON, and checks it by a schema; at once, where the schema needs no time. */
export function readJson<output>(
  response: BackendResponse,
  schema: StandardSchema<output> | undefined,
): Awaitable<Outcome<unknown>> {
  const parsed = parseJson(response);
  if (!schema || !parsed.ok) return parsed;
  return whenReady(schema["~standard"].validate(parsed.value), (checked) =>
    checked.issues === undefined
      ? Outcome.success<unknown>(checked.value)
      : unreadable(response, `the answer does not fit the schema, which has ${checked.issues.length} issue(s) with it`),
  );
}
