import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { Socket } from "node:net";
import { openServer } from "../../packages/behalf/src/lib/testing/scripted-as/listen.ts";

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
  return {
    ...(await openServer(server, tls ? "https" : "http")),
    server,
    onConnection(heard) {
      server.on(tls ? "secureConnection" : "connection", heard);
    },
  };
}
