import { Readable } from "node:stream";
import type { GivenHeaders } from "../transport/check-headers.ts";
import { noBody, type RequestBody } from "./sending/request-body.ts";

export type FetchInput = Parameters<typeof globalThis.fetch>[0];
export type FetchInit = Parameters<typeof globalThis.fetch>[1];

/** What the arguments of the standard `fetch` say. */
export interface FetchArguments {
  readonly url: string;
  readonly method: string;
  readonly headers: GivenHeaders;
  readonly body: RequestBody;
  readonly signal: AbortSignal | undefined;
  readonly redirect: RequestRedirect;
}

type RequestRedirect = "follow" | "error" | "manual";

/** Also one of another realm or of npm's `undici`, which is no instance of the global class. */
const isRequest = (input: FetchInput): input is Request =>
  typeof input === "object" && input !== null && "url" in input && "method" in input && "arrayBuffer" in input;

const toRequest = (input: FetchInput): Request | undefined => (isRequest(input) ? input : undefined);

/** What is neither text nor URL is not made one: it is left to be refused. */
function readUrl(input: FetchInput): string {
  if (typeof input === "string") return input;
  return isRequest(input) ? input.url : input?.href;
}

/** What ends the request: `null` in the init means nothing does, whatever a `Request` says. */
export function readSignal(input: FetchInput, init: FetchInit): AbortSignal | undefined {
  const given = init?.signal;
  return given === undefined ? toRequest(input)?.signal : (given ?? undefined);
}

export const readGivenMethod = (input: FetchInput, init: FetchInit): string =>
  init?.method ?? toRequest(input)?.method ?? "GET";

/** What the global `Headers` do not take is left to be refused by name. */
function readHeaders(given: ConstructorParameters<typeof Headers>[0]): GivenHeaders {
  try {
    return new Headers(given);
  } catch {
    return given as GivenHeaders;
  }
}

async function readWhole(carrier: Request | Response): Promise<RequestBody> {
  if (carrier.body === null) return noBody;
  const content = new Uint8Array(await carrier.arrayBuffer());
  return { content, contentType: carrier.headers.get("content-type") ?? undefined, replayable: true };
}

const isStream = (body: object): body is AsyncIterable<Uint8Array> => Symbol.asyncIterator in body;

function toStreamed(body: AsyncIterable<Uint8Array>): RequestBody {
  const content = body instanceof Readable ? body : Readable.from(body, { objectMode: false });
  // It may break while the token is fetched, when nobody listens yet: that must not end the process.
  content.on("error", () => {});
  return { content, contentType: undefined, replayable: false };
}

/** A stream may break while the token is fetched, when nobody listens yet: that must not end the process. */
export function tolerateBrokenBody(init: FetchInit): void {
  const body: unknown = init?.body;
  if (body instanceof Readable) body.on("error", () => {});
}

/** Ends a stream that was to be a body: it is not sent. */
export function abandonGivenBody(init: FetchInit): void {
  const body: unknown = init?.body;
  if (body instanceof Readable) body.destroy();
  else if (body instanceof ReadableStream && !body.locked) body.cancel().catch(() => {});
}

async function readBody(input: FetchInput, init: FetchInit): Promise<RequestBody> {
  const given = init?.body ?? undefined;
  if (given === undefined) {
    const request = toRequest(input);
    return request ? readWhole(request) : noBody;
  }
  if (typeof given === "string") return { content: given, contentType: "text/plain;charset=UTF-8", replayable: true };
  return isStream(given) ? toStreamed(given) : readWhole(new Response(given));
}

/**
 * Reads the arguments of the standard `fetch`. Bodies other than streams are read whole, so that they can be sent again; that
 * of a `Request` is, for it does not tell what it was made of.
 */
export async function readFetchArguments(input: FetchInput, init: FetchInit): Promise<FetchArguments> {
  const request = toRequest(input);
  return {
    url: readUrl(input),
    method: readGivenMethod(input, init),
    headers: readHeaders(init?.headers ?? request?.headers),
    body: await readBody(input, init),
    signal: readSignal(input, init),
    redirect: init?.redirect ?? request?.redirect ?? "follow",
  };
}
