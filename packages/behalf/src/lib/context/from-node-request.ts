import type { IncomingRequest } from "./incoming-request.ts";

/** What is read of a connection: `net.Socket` and `tls.TLSSocket` of Node have it. */
export interface NodeSocket {
  readonly localAddress?: string | undefined;
  readonly remoteAddress?: string | undefined;
  /** Of a TLS connection. */
  getPeerCertificate?(): { readonly raw?: Uint8Array } | null;
}

/** What is read of a request: `http.IncomingMessage` of Node has it. */
export interface NodeRequest {
  readonly rawHeaders: readonly string[];
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  /** The URL as it came, where a framework changes `url`. */
  readonly originalUrl?: string | undefined;
  readonly socket: NodeSocket;
}

/** What an adapter does on the side of the answer. */
export type NodeAnswer = Pick<IncomingRequest, "setResponseHeader" | "onHangUp">;

/** Makes of a request of `node:http` what Behalf needs. For adapters. */
export function fromNodeRequest(request: NodeRequest, answer: NodeAnswer): IncomingRequest {
  const { socket } = request;
  return {
    rawHeaders: request.rawHeaders,
    method: request.method,
    url: request.originalUrl ?? request.url,
    get addresses() {
      return { local: socket.localAddress, remote: socket.remoteAddress };
    },
    clientCertificate: () => socket.getPeerCertificate?.()?.raw,
    setResponseHeader: answer.setResponseHeader,
    onHangUp: answer.onHangUp,
  };
}
