import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { listen, type ServerTls } from "./listen.ts";
import { answer, type BackendHandler } from "./scripted-backend/answer.ts";
import { type BackendRequest, readBackendRequest } from "./scripted-backend/backend-request.ts";
import { type BackendDpop, createDpopGuard } from "./scripted-backend/dpop-guard.ts";
import type { Guard } from "./scripted-backend/guard.ts";
import { type BackendVerification, createBearerGuard } from "./scripted-backend/verify-token.ts";

export { answer, type BackendHandler } from "./scripted-backend/answer.ts";
export type { BackendRequest } from "./scripted-backend/backend-request.ts";
export type { ClientCertificate } from "./scripted-backend/client-certificate.ts";
export type { BackendDpop } from "./scripted-backend/dpop-guard.ts";
export type { NonceMode } from "./scripted-backend/dpop-nonces.ts";
export type { BackendVerification } from "./scripted-backend/verify-token.ts";

export interface BackendOptions {
  /** @default answer.echo() */
  readonly handler?: BackendHandler;
  /** Answers 401 to every request without a good token, before any handler. @default none is verified */
  readonly verify?: BackendVerification;
  /** Answers every request that does not prove the key of its token. Without `verify`, any token so bound is good. */
  readonly dpop?: BackendDpop;
  /** Speaks https, and asks each client for its certificate. @default http */
  readonly tls?: ServerTls;
}

/** A backend service in this process that does what the test tells it to. */
export interface Backend {
  /** The origin. */
  readonly url: string;
  /** Every request that was read to its end, in the order of arrival. */
  readonly requests: readonly BackendRequest[];
  /** The request at an index, counted from the end if negative. @default -1, the last */
  request(index?: number): BackendRequest;
  /** Answers every request from now on with this handler. */
  handle(handler: BackendHandler): void;
  /** Answers the coming requests with these handlers, one each, in this order. */
  next(...handlers: readonly BackendHandler[]): void;
  /** Answers 401 with this challenge, or none, whenever it is sent this token. */
  refuse(token: string, challenge?: string): void;
  /** How many connections were made since the start. */
  readonly connections: number;
  /** How many connections are open now. */
  readonly openConnections: number;
  /** Cuts the connections that are open now. */
  dropConnections(): void;
  close(): Promise<void>;
}

interface Sockets {
  readonly count: number;
  readonly open: number;
  add(socket: Socket): void;
  numberOf(socket: Socket): number;
  drop(): void;
}

function createSockets(): Sockets {
  const open = new Map<Socket, number>();
  let count = 0;

  return {
    get count() {
      return count;
    },
    get open() {
      return open.size;
    },
    add(socket) {
      count += 1;
      open.set(socket, count);
      socket.on("close", () => open.delete(socket));
    },
    numberOf: (socket) => open.get(socket) ?? 0,
    drop() {
      for (const socket of open.keys()) socket.destroy();
    },
  };
}

type Choosing = Pick<Backend, "handle" | "next" | "refuse"> & {
  choose(request: BackendRequest): Promise<BackendHandler>;
};

function createGuard({ verify, dpop, tls }: BackendOptions): Guard {
  if (dpop) return createDpopGuard({ dpop, verify, protocol: tls ? "https:" : "http:" });
  return verify ? createBearerGuard(verify) : async () => ({});
}

function createChoosing(options: BackendOptions): Choosing {
  const guard = createGuard(options);
  const refused = new Map<string, string | undefined>();
  const queue: BackendHandler[] = [];
  let standing = options.handler ?? answer.echo();

  return {
    handle(next) {
      standing = next;
    },
    next(...handlers) {
      queue.push(...handlers);
    },
    refuse(token, challenge) {
      refused.set(token, challenge);
    },
    async choose(request) {
      const { token } = request;
      const { headers = {}, refusal } = await guard(request);
      if (token !== undefined && refused.has(token)) return answer.unauthorized(refused.get(token), { headers });
      if (refusal) return answer.unauthorized(refusal.challenge, { status: refusal.status, headers });
      return answer.extended(queue.shift() ?? standing, headers);
    },
  };
}

/** Starts a backend on 127.0.0.1. */
export async function startBackend(options: BackendOptions = {}): Promise<Backend> {
  const requests: BackendRequest[] = [];
  const sockets = createSockets();
  const { choose, ...choosing } = createChoosing(options);
  const listening = await listen((request, response) => {
    serve(request, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else response.writeHead(500).end(String(error));
    });
  }, options.tls);
  listening.onConnection(sockets.add);

  async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = await readBackendRequest(sockets.numberOf(incoming.socket), incoming, response);
    requests.push(request);
    const handler = await choose(request);
    await handler(request, response);
  }

  return {
    ...choosing,
    url: listening.url,
    requests,
    request(index = -1) {
      const request = requests.at(index);
      if (!request) throw new Error(`There was no request ${index}`);
      return request;
    },
    get connections() {
      return sockets.count;
    },
    get openConnections() {
      return sockets.open;
    },
    dropConnections: sockets.drop,
    close: listening.close,
  };
}
