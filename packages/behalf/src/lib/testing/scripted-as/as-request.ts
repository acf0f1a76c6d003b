import type { IncomingHttpHeaders } from "node:http";
import type { PresentedCertificate } from "./certificate.ts";
import type { ClientRegistry } from "./clients.ts";
import type { Parties } from "./parties.ts";
import { type Presented, readPresented } from "./presented.ts";

/** The places of the server that can be counted, held and made to fail. */
export type AsEndpoint = "metadata" | "jwks" | "token" | "introspection" | "userinfo" | "unknown";

/** A request as the authorization server saw it. */
export interface AsRequest extends Parties {
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
  /**
   * What came of it: `issued` for a token, the code of an OAuth error, a status like `503`, or `hang`, `stall`, `drop`,
   * `close`. Absent while the request is not answered.
   */
  readonly outcome?: string;
  /** The client went away before it had the whole answer. Changes while the request is being answered. */
  readonly aborted: boolean;
}

/** A request in the server's books, to be written on. */
export interface RecordedRequest extends AsRequest {
  outcome?: string;
  aborted: boolean;
}

/** A request as it came in, by whatever way. */
export interface ReceivedRequest {
  readonly url: URL;
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  readonly rawHeaders: readonly string[];
  readonly body: string;
  readonly certificate?: PresentedCertificate | undefined;
}

/** What requests are read by. */
export interface RequestReader {
  readonly findEndpoint: (path: string) => AsEndpoint;
  readonly clients: ClientRegistry;
  readonly readParties: (form: URLSearchParams) => Parties;
}

/** Reads a request without judging it. */
export function readAsRequest(received: ReceivedRequest, reader: RequestReader): RecordedRequest {
  const { url, method, headers, rawHeaders, body, certificate } = received;
  const source = { headers, form: new URLSearchParams(body), ...(certificate ? { certificate } : {}) };
  return {
    ...source,
    ...reader.readParties(source.form),
    endpoint: reader.findEndpoint(url.pathname),
    method,
    origin: url.origin,
    path: url.pathname,
    query: url.searchParams,
    rawHeaders,
    body,
    presented: readPresented(source, reader.clients),
    aborted: false,
  };
}
