import { Readable } from "node:stream";
import { noBody, type RequestBody } from "./request-body.ts";

type FetchInput = Parameters<typeof globalThis.fetch>[0];
type FetchInit = Parameters<typeof globalThis.fetch>[1];

/** What the arguments of the standard `fetch` say. */
export interface FetchArguments {
  readonly url: string;
  readonly method: string;
  readonly headers: Headers;
  readonly body: RequestBody;
  readonly signal: AbortSignal | undefined;
  readonly redirect: RequestRedirect;
}

type RequestRedirect = "follow" | "error" | "manual";

async function readBody(input: FetchInput, init: FetchInit): Promise<RequestBody> {
  const given = init?.body ?? undefined;
  if (given instanceof ReadableStream)
    return { content: Readable.fromWeb(given), contentType: undefined, replayable: false };
  if (typeof given === "string") return { content: given, contentType: "text/plain;charset=UTF-8", replayable: true };
  const carrier = given === undefined && input instanceof Request ? input : new Response(given);
  if (carrier.body === null) return noBody;
  const content = new Uint8Array(await carrier.arrayBuffer());
  return { content, contentType: carrier.headers.get("content-type") ?? undefined, replayable: true };
}

/** Reads the arguments of the standard `fetch`. Bodies other than streams are read whole, so that they can be sent again. */
export async function readFetchArguments(input: FetchInput, init: FetchInit): Promise<FetchArguments> {
  const request = input instanceof Request ? input : undefined;
  return {
    url: request ? request.url : String(input),
    method: (init?.method ?? request?.method ?? "GET").toUpperCase(),
    headers: new Headers(init?.headers ?? request?.headers),
    body: await readBody(input, init),
    signal: init?.signal ?? request?.signal,
    redirect: init?.redirect ?? request?.redirect ?? "follow",
  };
}
