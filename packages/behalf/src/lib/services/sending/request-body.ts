import { Readable } from "node:stream";
import { RequestRefusedError } from "../../errors/request-refused-error.ts";
import type { WireBody } from "../../transport/wire.ts";
import { boundStream } from "../answers/bound-stream.ts";

/** What is read while it is sent. */
type StreamedBody = Readable | ReadableStream<Uint8Array> | AsyncIterable<Uint8Array | string>;

/**
 * What can be given as a body. Text, bytes, forms and blobs can be sent again, after a 401 for example; streams cannot, unless
 * a function opens a new one for each attempt.
 */
export type GivenBody = string | Uint8Array | URLSearchParams | FormData | Blob | StreamedBody | (() => StreamedBody);

/** A body: a value that is sent as JSON, or something that is sent as it is. */
export type BodyOptions =
  | { readonly json?: unknown; readonly body?: never }
  | {
      readonly body?: GivenBody;
      readonly json?: never;
      /** How many bytes of a stream are sent, at most. @default no bound */
      readonly maxRequestBytes?: number;
    };

/** What is sent in one attempt. */
export interface BodyContent {
  readonly content: WireBody | undefined;
  /** The media type that it has by nature. */
  readonly contentType: string | undefined;
  /** The length in bytes, where the content does not tell it itself. */
  readonly length?: number | undefined;
}

/** A body as it is sent. */
export interface RequestBody extends BodyContent {
  readonly replayable: boolean;
  /** Opens it for one attempt, where it is a stream each time. */
  readonly open?: (() => BodyContent) | undefined;
}

/** Lets go of a body that is not sent: a stream is not left open. */
export function abandonBody({ content }: Pick<RequestBody, "content">): void {
  if (content instanceof Readable) content.destroy();
}

/** No body. */
export const noBody: RequestBody = { content: undefined, contentType: undefined, replayable: true };

const bytesType = "application/octet-stream";

function toJson(value: unknown): RequestBody {
  const content = JSON.stringify(value);
  if (content === undefined) throw new RequestRefusedError("body", "json", 'what is given as "json" has no JSON form.');
  return { content, contentType: "application/json", replayable: true };
}

const isStream = (body: object): body is StreamedBody => Symbol.asyncIterator in body;

function toReadable(body: StreamedBody, maxBytes: number | undefined): Readable {
  const content = body instanceof Readable ? body : Readable.from(body, { objectMode: false });
  const bounded = maxBytes === undefined ? content : boundStream(content, maxBytes, () => toTooLarge(maxBytes));
  // It may break while the token is fetched, when nobody listens yet: that must not end the process.
  return bounded.on("error", () => {});
}

const toTooLarge = (maxBytes: number): RequestRefusedError =>
  new RequestRefusedError("body", "maxRequestBytes", `the body is larger than ${maxBytes} bytes.`);

function reopened(open: () => BodyContent): RequestBody {
  return { content: undefined, contentType: undefined, replayable: true, open };
}

function openForm(form: FormData): BodyContent {
  const { body, headers } = new Response(form);
  return { content: body ? toReadable(body, undefined) : "", contentType: headers.get("content-type") ?? undefined };
}

const openBlob = (blob: Blob): BodyContent => ({
  content: toReadable(blob.stream(), undefined),
  contentType: blob.type || bytesType,
  length: blob.size,
});

function toStreamed(body: StreamedBody | (() => StreamedBody), maxBytes: number | undefined): RequestBody {
  if (typeof body !== "function") {
    return { content: toReadable(body, maxBytes), contentType: bytesType, replayable: false };
  }
  return reopened(() => {
    const opened: unknown = body();
    if (typeof opened === "object" && opened !== null && isStream(opened)) {
      return { content: toReadable(opened, maxBytes), contentType: bytesType };
    }
    throw new RequestRefusedError("body", "body", 'the function that is given as "body" opens no stream.');
  });
}

function toSized(body: GivenBody): RequestBody | undefined {
  if (typeof body === "string") return { content: body, contentType: "text/plain;charset=UTF-8", replayable: true };
  if (body instanceof Uint8Array) return { content: body, contentType: bytesType, replayable: true };
  if (body instanceof FormData) return reopened(() => openForm(body));
  if (body instanceof Blob) return reopened(() => openBlob(body));
  if (!(body instanceof URLSearchParams)) return undefined;
  const contentType = "application/x-www-form-urlencoded;charset=UTF-8";
  return { content: body.toString(), contentType, replayable: true };
}

/** Makes the body of a request. */
export function toRequestBody(given: BodyOptions): RequestBody {
  if (given.json !== undefined) return toJson(given.json);
  const { body } = given;
  if (body === undefined) return noBody;
  const sized = toSized(body);
  if (sized) return sized;
  if (typeof body === "function" || (typeof body === "object" && body !== null && isStream(body))) {
    return toStreamed(body, given.maxRequestBytes);
  }
  throw new RequestRefusedError("body", "body", "a body is text, bytes, a form, a blob, a stream, or opens a stream.");
}
