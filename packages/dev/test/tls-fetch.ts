import { request } from "node:https";
import { json } from "node:stream/consumers";

/** With what a client speaks TLS. */
export interface TlsFetchOptions {
  /** The authority that it trusts, as PEM. */
  readonly authority: string;
  /** Its own certificate and key, as PEM. */
  readonly identity?: { readonly certificate: string; readonly privateKey: string } | undefined;
}

interface Init {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
}

/** Creates a `fetch` for JSON over TLS, on a connection of its own for each request. */
export function createTlsFetch({
  authority,
  identity,
}: TlsFetchOptions): (url: string, init: Init) => Promise<Response> {
  return (url, { method = "GET", headers = {}, body }) =>
    new Promise((resolve, reject) => {
      const sent = request(url, {
        method,
        headers,
        agent: false,
        ca: authority,
        ...(identity === undefined ? {} : { cert: identity.certificate, key: identity.privateKey }),
      });
      sent.on("error", reject);
      sent.on("response", (answer) => {
        const kept = new Headers({ "content-type": answer.headers["content-type"] ?? "" });
        const toResponse = (value: unknown): Response =>
          Response.json(value, { status: answer.statusCode ?? 500, headers: kept });
        json(answer).then((value) => resolve(toResponse(value)), reject);
      });
      sent.end(body === undefined || body === null ? undefined : String(body));
    });
}
