import { idempotentMethods } from "./idempotent-methods.ts";

/** How a call is tried again, resolved. */
export interface RetrySettings {
  /** How often a call is sent at most, the first time included. */
  readonly attempts: number;
  /** The methods of calls that may be tried again. */
  readonly methods: ReadonlySet<string>;
  /** The statuses of answers after which a call is tried again. */
  readonly statuses: ReadonlySet<number>;
  /** The longest wait before the second attempt, in milliseconds; before each further one it doubles. */
  readonly minDelayMs: number;
  /** The longest wait before any attempt, in milliseconds: what a server asks for beyond that ends the call. */
  readonly maxDelayMs: number;
  /** How long one attempt may take, in milliseconds; `undefined` for what is left of the call. */
  readonly attemptTimeoutMs: number | undefined;
  /** How many attempts beyond the first there may be, as a share of the calls to the origin. */
  readonly budget: number;
}

/** When calls to an origin are given up before they are sent, resolved. */
export interface BreakerSettings {
  /** The share of failed calls that opens the breaker. */
  readonly failureRatio: number;
  /** How many calls there must have been in the window, at least. */
  readonly minCalls: number;
  /** The time that is looked at, in milliseconds. */
  readonly windowMs: number;
  /** After how long one call tries whether the backend is back, in milliseconds. */
  readonly openMs: number;
}

/** How many calls to an origin there are at a time, resolved. */
export interface BulkheadSettings {
  readonly maxConcurrent: number;
  /** How many more may wait for their turn. */
  readonly maxQueued: number;
}

/** When a call is sent once more beside the one that is under way, resolved. */
export interface HedgeSettings {
  /** After how long without an answer, in milliseconds. */
  readonly afterMs: number;
  /** How often, at most. */
  readonly maxHedges: number;
}

/** How connections to a backend are made and kept, resolved. */
export interface ConnectionSettings {
  /** Tells settings apart: pools are kept apart by it. */
  readonly key: string;
  /** `undefined` for no bound. */
  readonly maxConnections: number | undefined;
  /** How long a connection without a request is kept, in milliseconds; `undefined` for undici's default. */
  readonly keepAliveMs: number | undefined;
  /** How long a connection may take to come about, in milliseconds; `undefined` for the default of the transport. */
  readonly connectTimeoutMs: number | undefined;
  /** Whether HTTP/2 is used where the backend speaks it (ALPN, so over TLS only). */
  readonly http2: boolean;
  /** The path of a Unix domain socket that takes the place of host and port. */
  readonly socketPath: string | undefined;
}

/** How calls to a backend are made, resolved: what is `undefined` is not done. */
export interface CallSettings {
  /** How many bytes of an answer are read into memory, expanded. */
  readonly maxResponseBytes: number;
  /** Whether answers may come compressed. */
  readonly compression: boolean;
  /** How many redirects are followed, below the base address only. */
  readonly maxRedirects: number;
  /** The header `User-Agent`; `undefined` for none. */
  readonly userAgent: string | undefined;
  readonly retry: RetrySettings | undefined;
  readonly breaker: BreakerSettings | undefined;
  readonly bulkhead: BulkheadSettings | undefined;
  readonly hedge: HedgeSettings | undefined;
  /** `undefined` where nothing is configured. */
  readonly connections: ConnectionSettings | undefined;
}

/** How a call is tried again where nothing but that is configured; what it says of methods and the budget is also for hedges alone. */
export const defaultRetry: RetrySettings = Object.freeze({
  attempts: 3,
  methods: new Set(idempotentMethods),
  statuses: new Set([408, 429, 502, 503, 504]),
  minDelayMs: 100,
  maxDelayMs: 2_000,
  attemptTimeoutMs: undefined,
  budget: 0.2,
});

/** How calls are made where nothing is configured. */
export const defaultCallSettings: CallSettings = Object.freeze({
  maxResponseBytes: 10 * 1024 * 1024,
  compression: false,
  maxRedirects: 0,
  userAgent: "behalf",
  retry: undefined,
  breaker: undefined,
  bulkhead: undefined,
  hedge: undefined,
  connections: undefined,
});
