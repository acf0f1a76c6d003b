import type { Dispatcher } from "undici";

/** Takes in the answer to a request that has a connection of the pool to itself. */
export interface PooledHandler extends Dispatcher.DispatchHandler {
  /** Whether the request is still to be sent: it may have waited for a connection. */
  readonly isWanted: boolean;
  /** What the request goes over; it is to be freed when undici ends the request, by its last byte or by an error. */
  client: PooledClient | undefined;
}

/** One connection, with one request at a time. */
export interface PooledClient {
  /** Notes that the request has ended. */
  free(): void;
}

/** Connections to one origin that requests are sent over. */
export interface ConnectionPool {
  dispatch(options: Dispatcher.DispatchOptions, handler: PooledHandler): void;
  /** Sends over a connection that had no request before, where the pool can tell. */
  dispatchAlone(options: Dispatcher.DispatchOptions, handler: PooledHandler): void;
  /** How many requests there are now: under way, and waiting. */
  readonly stats: { readonly size: number };
  /** Lets running requests end, then closes every connection. */
  close(): Promise<void>;
}
