import { once } from "node:events";
import {
  createSecureServer,
  type Http2SecureServer,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type ServerHttp2Session,
} from "node:http2";
import type { AddressInfo, Socket } from "node:net";
import { onTestFinished } from "vitest";
import type { KeyPair } from "./certificates.ts";

/** A request as it came: over which connection, counted from 1, and by which protocol. */
export interface Http2Request {
  readonly connection: number;
  readonly version: string;
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, unknown>>;
}

export type Http2Handler = (request: Http2ServerRequest, response: Http2ServerResponse) => void;

export interface Http2BackendOptions {
  readonly tls: KeyPair;
  /** Whose certificates clients show. @default none is asked for */
  readonly clientCa?: string;
  /** @default that of Node: no bound */
  readonly maxConcurrentStreams?: number;
  readonly handler: Http2Handler;
  /** @default any free one */
  readonly port?: number;
}

/** A real server that speaks HTTP/2 and HTTP/1.1 over TLS, as the client likes. */
export interface Http2Backend {
  readonly url: string;
  readonly port: number;
  /** Every request, in the order in which they came. */
  readonly requests: readonly Http2Request[];
  /** How many connections there were. */
  readonly connections: number;
  readonly openConnections: number;
  /** The HTTP/2 sessions that are open. */
  readonly sessions: ReadonlySet<ServerHttp2Session>;
  /** The TCP connections that are open. */
  readonly sockets: ReadonlySet<Socket>;
  /** Ends every connection at once. Closing twice is allowed. */
  close(): Promise<void>;
}

function track(server: Http2SecureServer) {
  const [sockets, sessions, numbers] = [
    new Set<Socket>(),
    new Set<ServerHttp2Session>(),
    new WeakMap<object, number>(),
  ];
  const counts = { connections: 0 };
  server.on("connection", (socket: Socket) => {
    sockets.add(socket.on("error", () => {}).on("close", () => sockets.delete(socket)));
  });
  // Ahead of the server itself, which makes the session of it.
  server.prependListener("secureConnection", (socket) => numbers.set(socket, ++counts.connections));
  server.on("session", (session) => {
    numbers.set(session, counts.connections);
    sessions.add(session.on("error", () => {}).on("close", () => sessions.delete(session)));
  });
  // An HTTP/2 request stands for its session, and one of HTTP/1.1 for its socket.
  const numberOf = ({ stream, socket }: Http2ServerRequest): number => numbers.get(stream?.session ?? socket) ?? 0;
  return { sockets, sessions, counts, numberOf };
}

/** Starts such a server on 127.0.0.1, which is closed when the current test ends. */
export async function startHttp2Backend(options: Http2BackendOptions): Promise<Http2Backend> {
  const { tls, clientCa, maxConcurrentStreams, handler, port = 0 } = options;
  const requests: Http2Request[] = [];
  const asksClient = clientCa === undefined ? {} : { ca: clientCa, requestCert: true, rejectUnauthorized: false };
  const server = createSecureServer({
    cert: tls.certificate,
    key: tls.privateKey,
    allowHTTP1: true,
    ...asksClient,
    settings: maxConcurrentStreams === undefined ? {} : { maxConcurrentStreams },
  });
  const { sockets, sessions, counts, numberOf } = track(server);
  server.on("request", (request, response) => {
    const { httpVersion: version, method, url, headers } = request;
    requests.push({ connection: numberOf(request), version, method, url, headers });
    request.on("error", () => {});
    response.on("error", () => {});
    handler(request, response);
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");

  const close = async (): Promise<void> => {
    if (!server.listening) return;
    const closed = once(server, "close");
    server.close();
    for (const session of sessions) session.destroy();
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  onTestFinished(close);
  const actualPort = (server.address() as AddressInfo).port;
  return {
    url: `https://127.0.0.1:${actualPort}`,
    port: actualPort,
    requests,
    get connections() {
      return counts.connections;
    },
    get openConnections() {
      return sockets.size;
    },
    sessions,
    sockets,
    close,
  };
}
