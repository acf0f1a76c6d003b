import type { AsyncResource } from "node:async_hooks";
import { isIPv6, type Socket } from "node:net";
import { TLSSocket } from "node:tls";
import type { buildConnector, Dispatcher } from "undici";
import type { ConnectionPool, PooledHandler } from "../connection-pool.ts";
import { giveWatched } from "../connection-use.ts";
import { Http2Connection } from "./http2-connection.ts";
import type { PendingRequest } from "./http2-exchange.ts";

/** Settings of a pool whose protocol the server chooses. */
export interface NegotiatedPoolOptions {
  /** Opens the pool for a server without HTTP/2. */
  readonly openPlain: (connect: buildConnector.connector) => ConnectionPool;
  readonly connect: buildConnector.connector;
  /** How many connections there are at a time, at most. */
  readonly maxConnections: number;
  /** After how long, at least, connections that nothing is sent over are closed, in milliseconds. */
  readonly idleMs: number;
  /** How long a silent server may take to show that it is there, in milliseconds. */
  readonly aliveMs: number;
  /** Where connections come about: not in a request, which they outlive. */
  readonly outsideRequests: AsyncResource;
}

const closedError = (): Error => Object.assign(new Error("The pool is closed."), { code: "UND_ERR_CLOSED" });

function toConnectOptions({ hostname, host, protocol, port }: URL): buildConnector.Options {
  const bare = hostname.replace(/^\[|\]$/g, "");
  return { hostname: isIPv6(bare) ? bare : hostname, host, protocol, port };
}

/** Gives the connection that is there already to whoever asks first. */
function startingWith(socket: Socket, connect: buildConnector.connector): buildConnector.connector {
  let first: Socket | undefined = socket;
  return (options, callback) => {
    const given = first;
    first = undefined;
    // Undici does not expect it before its own call has come back.
    if (given && !given.destroyed) queueMicrotask(() => giveWatched(given, () => callback(null, given)));
    else connect(options, callback);
  };
}

/**
 * Connections to a server that chooses the protocol, by ALPN: requests wait until the first connection says which it is. Over
 * HTTP/2 they share as few connections as its bounds allow.
 */
export class NegotiatedPool implements ConnectionPool {
  readonly #origin: URL;
  readonly #options: NegotiatedPoolOptions;
  readonly #connections = new Set<Http2Connection>();
  readonly #waiting: PendingRequest[] = [];
  #plain: ConnectionPool | undefined;
  #connecting = false;
  #used = false;
  #sweeper: NodeJS.Timeout | undefined;
  #closed: Promise<void> | undefined;
  #changed: (() => void) | undefined;

  constructor(origin: string, options: NegotiatedPoolOptions) {
    this.#origin = new URL(origin);
    this.#options = options;
  }

  get stats(): { readonly size: number } {
    let size = this.#waiting.length + (this.#plain?.stats.size ?? 0);
    for (const { running } of this.#connections) size += running;
    return { size };
  }

  dispatch(options: Dispatcher.DispatchOptions, handler: PooledHandler): void {
    this.#used = true;
    if (this.#closed) handler.onError?.(closedError());
    else if (this.#plain) this.#plain.dispatch(options, handler);
    else this.#send({ options, handler, refusals: 0 });
  }

  /** Over HTTP/2, a connection that is over takes no request. */
  dispatchAlone(options: Dispatcher.DispatchOptions, handler: PooledHandler): void {
    if (this.#plain) this.#plain.dispatchAlone(options, handler);
    else this.#send({ options, handler, refusals: 0 });
  }

  close(): Promise<void> {
    clearInterval(this.#sweeper);
    this.#closed ??= this.#drain();
    return this.#closed;
  }

  #send(request: PendingRequest): void {
    while (this.#waiting[0]?.handler.isWanted === false) this.#waiting.shift();
    this.#waiting.push(request);
    this.#settle();
  }

  /** Sends what there is room for, and opens a connection for the rest. */
  #settle(): void {
    for (const connection of this.#connections) {
      while (connection.hasRoom) {
        const request = this.#waiting.shift();
        if (!request) break;
        // Whoever makes room for it is somebody else, as a rule.
        this.#options.outsideRequests.runInAsyncScope(() => connection.send(request));
      }
    }
    if (this.#waiting.length > 0) this.#open();
    else this.#changed?.();
  }

  #open(): void {
    const open = [...this.#connections].filter(({ isOver }) => !isOver);
    // A server that allows no request on one that has none allows none on another either, until it says so.
    const stuck = open.some(({ running }) => running === 0);
    if (this.#connecting || stuck || open.length >= this.#options.maxConnections) return;
    this.#connecting = true;
    const { connect, idleMs, outsideRequests } = this.#options;
    outsideRequests.runInAsyncScope(() => {
      if (!this.#closed) this.#sweeper ??= setInterval(() => this.#sweep(), idleMs).unref();
      connect(toConnectOptions(this.#origin), (error, socket) => {
        if (error) this.#giveUp(error);
        else if (socket instanceof TLSSocket && socket.alpnProtocol === "h2") this.#add(socket);
        else this.#fallBack(socket);
      });
    });
  }

  #giveUp(error: Error): void {
    this.#connecting = false;
    for (const { handler } of this.#waiting.splice(0)) handler.onError?.(error);
    this.#settle();
  }

  #add(socket: Socket): void {
    let isNew = true;
    const connection = new Http2Connection(
      socket,
      { origin: this.#origin, aliveMs: this.#options.aliveMs },
      {
        free: () => {
          if (isNew) this.#connecting = false;
          isNew = false;
          this.#settle();
        },
        closed: () => this.#connections.delete(connection),
        over: () => {
          if (isNew) this.#giveUp(Object.assign(new Error("HTTP/2: the server closed."), { code: "ECONNRESET" }));
          else this.#settle();
        },
        refused: (request) => this.#waiting.push(request),
      },
    );
    this.#connections.add(connection);
  }

  #fallBack(socket: Socket): void {
    this.#connecting = false;
    const { openPlain, connect } = this.#options;
    const plain = openPlain(startingWith(socket, connect));
    this.#plain = plain;
    for (const request of this.#waiting.splice(0)) plain.dispatch(request.options, request.handler);
    this.#settle();
  }

  #sweep(): void {
    const idle = !this.#used && !this.#connecting && this.stats.size === 0;
    this.#used = false;
    if (!idle) return;
    clearInterval(this.#sweeper);
    this.#sweeper = undefined;
    void this.#end();
  }

  async #end(): Promise<void> {
    const [plain, connections] = [this.#plain, [...this.#connections]];
    this.#plain = undefined;
    await Promise.all([plain?.close(), ...connections.map((connection) => connection.close())]);
  }

  /** A server that closes as well may send a request back, which then needs another connection. */
  async #drain(): Promise<void> {
    while (this.stats.size > 0 || this.#connecting || this.#connections.size > 0 || this.#plain) {
      if (this.#waiting.length === 0 && !this.#connecting) await this.#end();
      else
        await new Promise<void>((resolve) => {
          this.#changed = resolve;
        });
    }
  }
}
