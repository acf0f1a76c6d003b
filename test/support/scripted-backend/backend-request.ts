import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { type ClientCertificate, readClientCertificate } from "./client-certificate.ts";

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
  /** How its token is presented: the scheme of the authorization, in small letters. */
  readonly scheme: string | undefined;
  /** The token of a `Bearer` or `DPoP` authorization, if there is one. */
  readonly token: string | undefined;
  /** What the client showed of itself in the handshake, if it showed anything. */
  readonly certificate: ClientCertificate | undefined;
  /** Which connection it came over, counted from 1. */
  readonly connection: number;
  /** The client went away before it had the whole answer. Changes while the request is being answered. */
  readonly aborted: boolean;
}

function readAuthorization(authorization = ""): Pick<BackendRequest, "scheme" | "token"> {
  const [first = "", token] = authorization.split(" ");
  const scheme = first.toLowerCase();
  const known = scheme === "bearer" || scheme === "dpop";
  return { scheme: scheme || undefined, token: known ? token : undefined };
}

/** Every value of a header, one for each time that it was sent. */
export function listHeader({ rawHeaders }: Pick<BackendRequest, "rawHeaders">, name: string): readonly string[] {
  return rawHeaders.filter((_value, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === name);
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
    ...readAuthorization(request.headers.authorization),
    certificate: readClientCertificate(request.socket),
    body: await text(request),
    connection,
    aborted: false,
  };
  response.on("close", () => {
    seen.aborted = !response.writableFinished;
  });
  return seen;
}
