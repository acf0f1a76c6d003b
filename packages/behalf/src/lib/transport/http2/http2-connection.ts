import { type ClientHttp2Session, connect } from "node:http2";
import type { Socket } from "node:net";
import { type ExchangeHost, Http2Exchange, type PendingRequest } from "./http2-exchange.ts";

/** Who is told what becomes of a connection. */
export interface ConnectionEvents {
  /** Comes when it takes requests, and whenever it takes one more. */
  readonly free: () => void;
  /** Comes when it takes no more requests: once. Those under way may still be answered. */
  readonly over: () => void;
  readonly closed: () => void;
  /** Comes with a request that is to be sent anew. */
  readonly refused: (request: PendingRequest) => void;
}

/** Where a connection goes, and how it is kept. */
export interface Http2ConnectionOptions {
  readonly origin: URL;
  /** How long a silent server may take to show that it is there, in milliseconds. */
  readonly aliveMs: number;
}

/** As many as most servers allow; another connection is opened for more. */
const mostStreams = 100;
const streamWindow = 256 * 1024;
const connectionWindow = 1024 * 1024;

/** One connection, over which many requests go at a time. */
export class Http2Connection implements ExchangeHost {
  readonly origin: URL;
  readonly session: ClientHttp2Session;
  readonly #events: ConnectionEvents;
  readonly #aliveMs: number;
  readonly #socket: Socket;
  #running = 0;
  #streams = 0;
  #answered = false;
  #over = false;
  readonly #closed: Promise<void>;
  #silence: NodeJS.Timeout | undefined;

  constructor(socket: Socket, { origin, aliveMs }: Http2ConnectionOptions, events: ConnectionEvents) {
    this.origin = origin;
    this.#aliveMs = aliveMs;
    this.#socket = socket;
    this.#events = events;
    const settings = { enablePush: false, initialWindowSize: streamWindow };
    this.session = connect(origin, { createConnection: () => socket, settings });
    this.#closed = new Promise((resolve) => this.session.once("close", resolve));
    this.#wait();
    this.#listen();
  }

  get answered(): boolean {
    return this.#answered;
  }

  /** How many requests are under way. */
  get running(): number {
    return this.#running;
  }

  /** Whether it takes no more requests. */
  get isOver(): boolean {
    return this.#over || this.session.closed || this.session.destroyed;
  }

  get hasRoom(): boolean {
    return !this.isOver && this.#running < this.#streams;
  }

  send(request: PendingRequest): void {
    if (this.#running === 0) this.session.ref();
    this.#running += 1;
    new Http2Exchange(this, request).start();
  }

  noteAnswer(): void {
    this.#answered = true;
  }

  /** Asks whether the server is there: nobody else would notice that it is not, and all that follows would be lost. */
  noteSilence(): void {
    if (this.#silence || this.session.destroyed) return;
    this.#wait();
    if (!this.session.ping(() => this.#hear())) this.#cut();
  }

  noteEnd(refused: PendingRequest | undefined): void {
    this.#running -= 1;
    if (this.#running === 0) this.session.unref();
    if (this.#running === 0 && this.isOver) this.#end();
    if (refused) this.#events.refused(refused);
    this.#events.free();
  }

  /** Lets running requests end. */
  close(): Promise<void> {
    this.#leave();
    if (this.#running === 0) this.#end();
    return this.#closed;
  }

  /** Not before: Node would send its good-bye ahead of requests that are not on the wire yet, and so refuse them. */
  #end(): void {
    if (!this.session.closed) this.session.close();
    this.#wait();
  }

  #listen(): void {
    this.session.on("connect", () => this.session.setLocalWindowSize(connectionWindow));
    // What comes before the server's settings it might refuse.
    this.session.on("remoteSettings", ({ maxConcurrentStreams = mostStreams }) => {
      this.#hear();
      this.#streams = Math.min(maxConcurrentStreams, mostStreams);
      this.#events.free();
      if (this.#running === 0) this.session.unref();
    });
    // The requests under way get the error from their streams.
    this.session.on("error", () => {});
    // Node sends no more over it, and lets what is under way end.
    this.session.on("goaway", () => this.#leave());
    this.session.on("close", () => {
      this.#hear();
      this.#leave();
      this.#events.closed();
    });
  }

  #wait(): void {
    this.#silence ??= setTimeout(() => this.#cut(), this.#aliveMs).unref();
  }

  #cut(): void {
    this.session.destroy();
    // The session would wait for the other side to close as well.
    this.#socket.destroy();
  }

  #hear(): void {
    clearTimeout(this.#silence);
    this.#silence = undefined;
  }

  #leave(): void {
    if (this.#over) return;
    this.#over = true;
    this.#events.over();
  }
}
