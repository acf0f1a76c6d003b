import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { type PresentedCertificate, readCertificate } from "./certificate.ts";
import type { ClientRegistry } from "./clients.ts";
import { type Presented, readPresented } from "./presented.ts";

/** The places of the server that can be counted, held and made to fail. */
export type AsEndpoint = "metadata" | "jwks" | "token" | "introspection" | "userinfo" | "unknown";

/** A request as the authorization server saw it. */
export interface AsRequest {
  readonly endpoint: AsEndpoint;
  readonly method: string;
  /** The origin of the listener that took it: the server's own, or that of the mutual TLS alias. */
  readonly origin: string;
  /** The path without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** Names and values in turn, as sent. */
  readonly rawHeaders: readonly string[];
  readonly body: string;
  /** The body, read as a form. */
  readonly form: URLSearchParams;
  /** The certificate of the client, if it showed one. */
  readonly certificate?: PresentedCertificate;
  /** The client authentication and the proof that came with it, read without any check. */
  readonly presented: Presented;
  /** The client went away before it had the whole answer. Changes while the request is being answered. */
  readonly aborted: boolean;
}

/** Where a request came in, and whom it may come from. */
export interface Arrival {
  readonly origin: string;
  readonly findEndpoint: (path: string) => AsEndpoint;
  readonly clients: ClientRegistry;
}

/** Reads a request to its end. */
export async function readAsRequest(
  { origin, findEndpoint, clients }: Arrival,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<AsRequest> {
  const { pathname, searchParams } = new URL(request.url ?? "/", origin);
  const certificate = readCertificate(request.socket);
  const body = await text(request);
  const source = {
    headers: request.headers,
    form: new URLSearchParams(body),
    ...(certificate ? { certificate } : {}),
  };
  const seen = {
    ...source,
    endpoint: findEndpoint(pathname),
    method: request.method ?? "GET",
    origin,
    path: pathname,
    query: searchParams,
    rawHeaders: request.rawHeaders,
    body,
    presented: readPresented(source, clients),
    aborted: false,
  };
  response.on("close", () => {
    seen.aborted = !response.writableFinished;
  });
  return seen;
}
