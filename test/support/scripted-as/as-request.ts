import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";

/** The places of the server that can be counted, held and made to fail. */
export type AsEndpoint = "metadata" | "jwks" | "token" | "unknown";

/** A request as the authorization server saw it. */
export interface AsRequest {
  readonly endpoint: AsEndpoint;
  readonly method: string;
  /** The path without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** Names and values in turn, as sent. */
  readonly rawHeaders: readonly string[];
  readonly body: string;
  /** The body, read as a form. */
  readonly form: URLSearchParams;
  /** The client went away before it had the whole answer. Changes while the request is being answered. */
  readonly aborted: boolean;
}

/** Reads a request to its end. */
export async function readAsRequest(
  endpoint: AsEndpoint,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<AsRequest> {
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://127.0.0.1");
  const body = await text(request);
  const seen = {
    endpoint,
    method: request.method ?? "GET",
    path: pathname,
    query: searchParams,
    headers: request.headers,
    rawHeaders: request.rawHeaders,
    body,
    form: new URLSearchParams(body),
    aborted: false,
  };
  response.on("close", () => {
    seen.aborted = !response.writableFinished;
  });
  return seen;
}
