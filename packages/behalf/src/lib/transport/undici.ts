import "./prime-global-fetch.ts";
import type { IncomingHttpHeaders } from "node:http";
import { buildConnector, Client, Pool, util } from "undici";

// Undici is loaded here only. Functions and no re-exports: a bundler passes over a module that only re-exports, and what it
// imports first would not run first.

/** Opens a pool of connections to one origin. */
export const createPool = (origin: string, options: Pool.Options): Pool => new Pool(origin, options);

/**
 * Makes what keeps one connection to an origin. Undici's own timers would outlive each request by half a second: thousands of them,
 * under load.
 */
export const createClient = (origin: string, options: Client.Options): Client =>
  new Client(origin, { headersTimeout: 0, bodyTimeout: 0, ...options });

/** Makes what opens a connection, over TCP or TLS. */
export const createSocketConnector = (options: buildConnector.BuildOptions): buildConnector.connector =>
  buildConnector(options);

/** Reads the headers of an answer: names in lower case, values that came more than once as a list. */
export const parseRawHeaders = (rawHeaders: readonly Buffer[]): IncomingHttpHeaders =>
  util.parseHeaders([...rawHeaders]);
