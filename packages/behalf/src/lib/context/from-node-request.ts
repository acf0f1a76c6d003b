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

/** A class, because an object with a getter of its own takes a hidden class of its own. */
class NodeIncomingRequest implements IncomingRequest {
  readonly rawHeaders: readonly string[];
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly setResponseHeader: NodeAnswer["setResponseHeader"];
  readonly onHangUp: NodeAnswer["onHangUp"];
  readonly #socket: NodeSocket;

  constructor(request: NodeRequest, answer: NodeAnswer) {
    this.rawHeaders = request.rawHeaders;
    this.method = request.method;
    this.url = request.originalUrl ?? request.url;
    this.#socket = request.socket;
    this.setResponseHeader = answer.setResponseHeader;
    this.onHangUp = answer.onHangUp;
  }

  get addresses(): IncomingRequest["addresses"] {
    return { local: this.#socket.localAddress, remote: this.#socket.remoteAddress };
  }

  clientCertificate(): Uint8Array | undefined {
    return this.#socket.getPeerCertificate?.()?.raw;
  }
}

/** Makes of a request of `node:http` what Behalf needs. For adapters. */
export function fromNodeRequest(request: NodeRequest, answer: NodeAnswer): IncomingRequest {
  return new NodeIncomingRequest(request, answer);
}

/** What is read of an answer: `http.ServerResponse` of Node has it. */
export interface NodeResponse {
  readonly headersSent: boolean;
  readonly writableFinished: boolean;
  readonly closed: boolean;
  on(event: "close", listener: () => void): unknown;
}

/** Sets a header of an answer, as the framework wants it. */
export type SetHeader = (name: string, value: string) => unknown;

/**
 * Makes of an answer of `node:http` what Behalf needs, and lets go of it when it is over: what Node keeps of a request keeps its
 * context. For adapters.
 */
export function toNodeAnswer(response: NodeResponse, setHeader: SetHeader): NodeAnswer {
  let open: { readonly response: NodeResponse; readonly setHeader: SetHeader } | undefined = { response, setHeader };
  return {
    setResponseHeader: (name, value) => void (open?.response.headersSent === false && open.setHeader(name, value)),
    onHangUp(listener) {
      if (!open) return;
      const { response: present } = open;
      const look = (): void => {
        open = undefined;
        if (!present.writableFinished) listener();
      };
      if (present.closed) look();
      else present.on("close", look);
    },
  };
}
