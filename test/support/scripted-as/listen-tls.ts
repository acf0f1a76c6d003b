import { once } from "node:events";
import type { RequestListener } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";

/** How the server speaks TLS. Certificates and keys are PEM. */
export interface TlsOptions {
  readonly certificate: string;
  readonly privateKey: string;
  /** The authority that `tls_client_auth` demands. */
  readonly clientCa?: string;
  /** Asks clients for a certificate; none is demanded in the handshake. @default true, false with `mtlsAlias` */
  readonly requestsClientCertificate?: boolean;
  /** A second port that asks for client certificates, named in `mtls_endpoint_aliases` (RFC 8705 section 5). */
  readonly mtlsAlias?: boolean;
}

/** A place where the server takes requests. */
export interface Listener {
  /** The origin, without a slash at the end. */
  readonly url: string;
  close(): Promise<void>;
}

/** Starts an HTTPS server on a free port of 127.0.0.1. Which client certificate is good is judged later. */
export async function listenTls(tls: TlsOptions, requestCert: boolean, listener: RequestListener): Promise<Listener> {
  const server = createServer(
    { cert: tls.certificate, key: tls.privateKey, requestCert, rejectUnauthorized: false },
    listener,
  );
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;

  return {
    url: `https://127.0.0.1:${port}`,
    async close() {
      if (!server.listening) return;
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
