import type {
  BreakerOptions,
  BulkheadOptions,
  CallOverrides,
  CallSettingsOptions,
  ConnectionOptions,
  HedgeOptions,
  RetryOptions,
} from "./call-options.ts";
import type { KeyRegistry } from "./known-client-keys.ts";

/** The keys of what is said of calls. */
export const callRegistry: KeyRegistry<CallSettingsOptions> = {
  timeoutMs: true,
  maxResponseBytes: true,
  compression: true,
  maxRedirects: true,
  userAgent: true,
  retry: true,
  breaker: true,
  bulkhead: true,
  hedge: true,
  connections: true,
};
const retry: KeyRegistry<RetryOptions> = {
  attempts: true,
  methods: true,
  statuses: true,
  minDelayMs: true,
  maxDelayMs: true,
  attemptTimeoutMs: true,
  budget: true,
};
const breaker: KeyRegistry<BreakerOptions> = { failureRatio: true, minCalls: true, windowMs: true, openMs: true };
const bulkhead: KeyRegistry<BulkheadOptions> = { maxConcurrent: true, maxQueued: true };
const hedge: KeyRegistry<HedgeOptions> = { afterMs: true, maxHedges: true };
const connections: KeyRegistry<ConnectionOptions> = {
  maxConnections: true,
  keepAliveMs: true,
  connectTimeoutMs: true,
  http2: true,
  socketPath: true,
};

/** The keys of what is said of calls, kept complete by the compiler. */
export const callSettingKeys: readonly string[] = Object.keys(callRegistry);

/** The groups of what is said of calls by name, with their keys. */
export const callGroups: ReadonlyMap<string, readonly string[]> = new Map([
  ["retry", Object.keys(retry)],
  ["breaker", Object.keys(breaker)],
  ["bulkhead", Object.keys(bulkhead)],
  ["hedge", Object.keys(hedge)],
  ["connections", Object.keys(connections)],
]);

/** What a single call can say. */
export const callOverrideKeys: readonly (keyof CallOverrides)[] = [
  "retry",
  "hedge",
  "maxRedirects",
  "maxResponseBytes",
];
