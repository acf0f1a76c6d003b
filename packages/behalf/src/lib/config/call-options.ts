import type { HttpMethod } from "./http-method.ts";

/** The methods of calls that may be tried again whatever they carry: idempotent ones (RFC 9110 section 9.2.2). */
export type RetryMethod = Exclude<HttpMethod, "POST" | "PATCH">;

/** How a call that failed is tried again: idempotent methods (RFC 9110 section 9.2.2) and bodies that can be sent again only. */
export interface RetryOptions {
  /** How often a call is sent at most, the first time included. @default 3 */
  readonly attempts?: number;
  /**
   * The methods of calls that may be tried again. `POST` and `PATCH` cannot stand here: they are tried again where the call has a
   * header `Idempotency-Key`. @default GET, HEAD, OPTIONS, PUT, DELETE
   */
  readonly methods?: RetryMethod | readonly RetryMethod[];
  /** The statuses of answers after which a call is tried again. @default 408, 429, 502, 503, 504 */
  readonly statuses?: readonly number[];
  /** The longest wait before the second attempt, in milliseconds; it doubles with each further one. The wait is a random part of it. @default 100 */
  readonly minDelayMs?: number;
  /** The longest wait before any attempt, in milliseconds. A longer `Retry-After` ends the call. @default 2000 */
  readonly maxDelayMs?: number;
  /** How long one attempt of a call that may be tried again may take, in milliseconds. @default what is left of the call */
  readonly attemptTimeoutMs?: number;
  /** How many attempts beyond the first there may be, as a share of the calls to the origin. @default 0.2 */
  readonly budget?: number;
}

/** When calls to an origin are given up before they are sent. No status below 500, and no failure of our own, counts. */
export interface BreakerOptions {
  /** The share of failed calls that opens the breaker: above 0, at most 1. @default 0.5 */
  readonly failureRatio?: number;
  /** How many calls there must have been in the window, at least. @default 20 */
  readonly minCalls?: number;
  /** The time that is looked at, in milliseconds. @default 10000 */
  readonly windowMs?: number;
  /** After how long one call tries whether the backend is back, in milliseconds. @default 5000 */
  readonly openMs?: number;
}

/** How many calls to an origin there are at a time. */
export interface BulkheadOptions {
  readonly maxConcurrent: number;
  /** How many more may wait for their turn; others fail at once. @default 0 */
  readonly maxQueued?: number;
}

/** When a call is sent once more beside the one that is under way: idempotent methods and bodies that can be sent again only. */
export interface HedgeOptions {
  /** After how long without an answer, in milliseconds. */
  readonly afterMs: number;
  /** How often, at most. @default 1 */
  readonly maxHedges?: number;
}

/** How connections to a backend are made and kept. */
export interface ConnectionOptions {
  /** How many there are at a time, at most. @default no bound */
  readonly maxConnections?: number;
  /** How long a connection without a request is kept, in milliseconds. @default 4000 */
  readonly keepAliveMs?: number;
  /** How long a connection may take to come about, in milliseconds. @default 10000 */
  readonly connectTimeoutMs?: number;
  /** Whether HTTP/2 is used where the backend speaks it (ALPN, so over https only). @default false */
  readonly http2?: boolean;
  /** The path of a Unix domain socket that takes the place of host and port. */
  readonly socketPath?: string;
}

/** How calls to a backend are made. Each property is inherited as a whole: endpoint, service, `serviceDefaults`, root. */
export interface CallSettingsOptions {
  /** How long a call may take, to the end of its answer or the beginning of a stream, in milliseconds. @default 30000 */
  readonly timeoutMs?: number;
  /** How many bytes of an answer are read into memory, expanded; a stream has no bound. @default 10485760 */
  readonly maxResponseBytes?: number;
  /** Whether answers may come compressed (gzip, br, and zstd where Node has it). @default false */
  readonly compression?: boolean;
  /** How many redirects are followed: below the base address only. @default 0 */
  readonly maxRedirects?: number;
  /** The header `User-Agent`; `false` for none. @default "behalf" */
  readonly userAgent?: string | false;
  /** @default false: nothing is tried again but what a new token or a stale connection mends */
  readonly retry?: false | RetryOptions;
  /** @default false */
  readonly breaker?: false | BreakerOptions;
  /** @default false */
  readonly bulkhead?: false | BulkheadOptions;
  /** @default false */
  readonly hedge?: false | HedgeOptions;
  /** `{}` for undici's way, whatever a level above says. @default undici's way */
  readonly connections?: ConnectionOptions;
}

/** What a single call can say of how it is made. Each property takes the place of the endpoint's as a whole. */
export type CallOverrides = Pick<CallSettingsOptions, "retry" | "hedge" | "maxRedirects" | "maxResponseBytes">;
