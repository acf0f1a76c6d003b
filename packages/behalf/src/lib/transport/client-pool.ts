import type { Client, Dispatcher } from "undici";
import type { ConnectionPool, PooledClient, PooledHandler } from "./connection-pool.ts";

/** Settings of a pool. */
export interface ClientPoolOptions {
  /** Makes what opens one connection, and opens it anew when it is needed again. */
  readonly open: () => Client;
  /** How many connections there are at a time, at most. */
  readonly maxConnections: number;
}

interface WaitingRequest {
  readonly options: Dispatcher.DispatchOptions;
  readonly handler: PooledHandler;
}

/**
 * Connections to one origin, over each of which goes one request at a time. The one that was used last is used first: the others
 * come to their end when the load goes down.
 *
 * Not undici's `Pool`: that one looks for a free connection from the first one on, and tells of each that becomes free by an event.
 */
export class ClientPool implements ConnectionPool {
  readonly #options: ClientPoolOptions;
  readonly #clients = new Set<OneClient>();
  readonly #idle: OneClient[] = [];
  readonly #waiting: WaitingRequest[] = [];
  readonly #alone = new Set<Promise<void>>();
  #emptied: (() => void) | undefined;

  constructor(options: ClientPoolOptions) {
    this.#options = options;
  }

  get stats(): { readonly size: number } {
    return { size: this.#clients.size - this.#idle.length + this.#waiting.length + this.#alone.size };
  }

  dispatch(options: Dispatcher.DispatchOptions, handler: PooledHandler): void {
    const free = this.#idle.pop() ?? this.#grow();
    if (free) free.send(options, handler);
    else this.#wait({ options, handler });
  }

  /** Sends over a new connection that ends with the answer: none that is kept, as any of those may be dead. */
  dispatchAlone(options: Dispatcher.DispatchOptions, handler: PooledHandler): void {
    const client = this.#options.open();
    handler.client = undefined;
    client.dispatch({ ...options, reset: true }, handler);
    const ended = client.close().finally(() => this.#alone.delete(ended));
    this.#alone.add(ended);
  }

  async close(): Promise<void> {
    if (this.#waiting.length > 0) {
      await new Promise<void>((resolve) => {
        this.#emptied = resolve;
      });
    }
    await Promise.all([...this.#clients].map(({ client }) => client.close()));
    await Promise.all(this.#alone);
  }

  /** Those who gave up are let go of: they came first, as a rule. */
  #wait(request: WaitingRequest): void {
    while (this.#waiting[0]?.handler.isWanted === false) this.#waiting.shift();
    this.#waiting.push(request);
  }

  #grow(): OneClient | undefined {
    if (this.#clients.size >= this.#options.maxConnections) return undefined;
    const made = new OneClient(this.#options.open(), (one) => this.#take(one));
    this.#clients.add(made);
    const drop = (): void => this.#drop(made);
    made.client.on("disconnect", drop).on("connectionError", drop);
    return made;
  }

  /** Gives a free connection to who waits. */
  #take(free: OneClient): void {
    if (this.#waiting.length === 0) this.#idle.push(free);
    // Not at once: undici ends with an assertion where a request comes while it fails those of a connection.
    else queueMicrotask(() => this.#serve(free));
  }

  #serve(free: OneClient): void {
    const next = this.#nextWaiting();
    if (next) free.send(next.options, next.handler);
    else this.#idle.push(free);
    if (this.#waiting.length === 0) this.#emptied?.();
  }

  #nextWaiting(): WaitingRequest | undefined {
    if (this.#waiting.length === 0) return undefined;
    let next = this.#waiting.shift();
    while (next && !next.handler.isWanted) next = this.#waiting.shift();
    return next;
  }

  /** A connection that ended while nobody used it is not kept. One that has a request is opened anew for it. */
  #drop(ended: OneClient): void {
    const index = this.#idle.lastIndexOf(ended);
    if (index < 0) return;
    this.#idle.splice(index, 1);
    this.#clients.delete(ended);
    void ended.client.destroy();
  }
}

class OneClient implements PooledClient {
  readonly client: Client;
  readonly #freed: (one: OneClient) => void;

  constructor(client: Client, freed: (one: OneClient) => void) {
    this.client = client;
    this.#freed = freed;
  }

  send(options: Dispatcher.DispatchOptions, handler: PooledHandler): void {
    handler.client = this;
    this.client.dispatch(options, handler);
  }

  free(): void {
    this.#freed(this);
  }
}
