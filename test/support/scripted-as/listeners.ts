import type { RequestListener } from "node:http";
import { listen } from "../listen.ts";
import { type Listener, listenTls, type TlsOptions } from "./listen-tls.ts";

/** The places where the server takes requests. */
export interface Listeners {
  readonly main: Listener;
  /** The one for clients with certificates, if it is apart from the main one. */
  readonly mtls?: Listener;
  readonly takesCertificates: boolean;
  close(): Promise<void>;
}

/** Opens the listeners. `toListener` is told the origin of each when a request comes. */
export async function openListeners(
  tls: TlsOptions | undefined,
  toListener: (readOrigin: () => string) => RequestListener,
): Promise<Listeners> {
  const open = async (start: (listener: RequestListener) => Promise<Listener>): Promise<Listener> => {
    let origin = "";
    const listener = await start(toListener(() => origin));
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
