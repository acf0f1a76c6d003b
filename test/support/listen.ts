import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";

/** What a server needs to speak https. */
export interface ServerTls {
  /** PEM. */
  readonly certificate: string;
  /** PEM. */
  readonly privateKey: string;
  /** Whom to believe about clients, PEM. A client that shows no certificate, or another's, is let in all the same. */
  readonly clientCa?: string;
}

/** A server that listens on a free port of 127.0.0.1. */
export interface ListeningServer {
  readonly server: Server;
  /** The origin, without a slash at the end. */
  readonly url: string;
  /** Tells of each connection when requests can come over it: after the handshake, if there is one. */
  onConnection(listener: (socket: Socket) => void): void;
  /** Ends every connection at once. Closing twice is allowed. */
  close(): Promise<void>;
}

function createTls({ certificate, privateKey, clientCa }: ServerTls, listener: RequestListener): Server {
  const trusted = clientCa === undefined ? {} : { ca: clientCa };
  const settings = { cert: certificate, key: privateKey, requestCert: true, rejectUnauthorized: false, ...trusted };
  return createTlsServer(settings, listener);
}

/** Starts an HTTP server on a free port of 127.0.0.1, or an https server if it is given a certificate. */
export async function listen(listener: RequestListener, tls?: ServerTls): Promise<ListeningServer> {
  const server = tls ? createTls(tls, listener) : createServer(listener);
  const sockets = new Set<Socket>();
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;

  return {
    server,
    url: `${tls ? "https" : "http"}://127.0.0.1:${port}`,
    onConnection(heard) {
      server.on(tls ? "secureConnection" : "connection", heard);
    },
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
