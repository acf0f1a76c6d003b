import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { Socket } from "node:net";

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
  /** Ends every connection at once. Closing twice is allowed. */
  close(): Promise<void>;
}

function readPort(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server listens on no port");
  return address.port;
}

/** Opens a server on a free port of 127.0.0.1. */
export async function openServer(server: Server, protocol: "http" | "https"): Promise<Listener> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");

  return {
    url: `${protocol}://127.0.0.1:${readPort(server)}`,
    async close() {
      if (!server.listening) return;
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      // A connection that is still in its handshake is not among those of the line above.
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** Starts an HTTP server on a free port of 127.0.0.1. */
export function listen(listener: RequestListener): Promise<Listener> {
  return openServer(createServer(listener), "http");
}

/** Starts an HTTPS server on a free port of 127.0.0.1. Which client certificate is good is judged later. */
export function listenTls(tls: TlsOptions, requestCert: boolean, listener: RequestListener): Promise<Listener> {
  const settings = { cert: tls.certificate, key: tls.privateKey, requestCert, rejectUnauthorized: false };
  return openServer(createTlsServer(settings, listener), "https");
}
