import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";

/** A request as the backend saw it. */
export interface BackendRequest {
  readonly method: string;
  /** The request target as sent: path and query. */
  readonly url: string;
  /** The path without the query, not decoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** Names and values in turn, as sent. */
  readonly rawHeaders: readonly string[];
  readonly body: string;
  /** The token of a `Bearer` authorization, if there is one. */
  readonly token: string | undefined;
  /** Which connection it came over, counted from 1. */
  readonly connection: number;
  /** The client went away before it had the whole answer. Changes while the request is being answered. */
  readonly aborted: boolean;
}

function readBearerToken(authorization = ""): string | undefined {
  const [scheme, token] = authorization.split(" ");
  return scheme?.toLowerCase() === "bearer" ? token : undefined;
}

/** Reads a request to its end. */
export async function readBackendRequest(
  connection: number,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<BackendRequest> {
  const url = request.url ?? "/";
  const seen = {
    method: request.method ?? "GET",
    url,
    path: url.split("?", 1).join(""),
    query: new URL(url, "http://127.0.0.1").searchParams,
    headers: request.headers,
    rawHeaders: request.rawHeaders,
    body: await text(request),
    token: readBearerToken(request.headers.authorization),
    connection,
    aborted: false,
  };
  response.on("close", () => {
    seen.aborted = !response.writableFinished;
  });
  return seen;
}
