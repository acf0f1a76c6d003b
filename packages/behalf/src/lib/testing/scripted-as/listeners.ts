import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { type Listener, listen, listenTls, type TlsOptions } from "./listen.ts";

/** Serves a request that came to an origin. */
export type ServeRequest = (origin: string, request: IncomingMessage, response: ServerResponse) => void;

/** The places where the server takes requests. */
export interface Listeners {
  readonly main: Listener;
  /** The one for clients with certificates, if it is apart from the main one. */
  readonly mtls?: Listener;
  readonly takesCertificates: boolean;
  close(): Promise<void>;
}

/** Opens the listeners. `serve` is told the origin of each when a request comes. */
export async function openListeners(tls: TlsOptions | undefined, serve: ServeRequest): Promise<Listeners> {
  const open = async (start: (listener: RequestListener) => Promise<Listener>): Promise<Listener> => {
    let origin = "";
    const listener = await start((request, response) => serve(origin, request, response));
    origin = listener.url;
    return listener;
  };
  if (!tls) {
    const main = await open(listen);
    return { main, takesCertificates: false, close: () => main.close() };
  }

  const { mtlsAlias = false, requestsClientCertificate = !mtlsAlias } = tls;
  const main = await open((listener) => listenTls(tls, requestsClientCertificate, listener));
  const mtls = mtlsAlias ? await open((listener) => listenTls(tls, true, listener)) : undefined;
  return {
    main,
    ...(mtls ? { mtls } : {}),
    takesCertificates: mtlsAlias || requestsClientCertificate,
    async close() {
      await Promise.all([main.close(), mtls?.close()]);
    },
  };
}
