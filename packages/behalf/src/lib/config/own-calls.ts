import type { CallSettings, ConnectionSettings } from "../values/call-settings.ts";
import { defaultRetry } from "../values/call-settings.ts";
import type {
  BreakerOptions,
  BulkheadOptions,
  CallSettingsOptions,
  ConnectionOptions,
  HedgeOptions,
  RetryOptions,
} from "./call-options.ts";

type Switched = "retry" | "breaker" | "bulkhead" | "hedge";

/** What one level says of calls, ready to be inherited: those below share its groups. `false` switches one off. */
export interface OwnCalls extends Pick<CallSettingsOptions, "maxResponseBytes" | "compression" | "maxRedirects"> {
  readonly userAgent?: string | false | undefined;
  readonly retry?: NonNullable<CallSettings["retry"]> | false | undefined;
  readonly breaker?: NonNullable<CallSettings["breaker"]> | false | undefined;
  readonly bulkhead?: NonNullable<CallSettings["bulkhead"]> | false | undefined;
  readonly hedge?: NonNullable<CallSettings["hedge"]> | false | undefined;
  /** `false` where the level wants undici's way. */
  readonly connections?: ConnectionSettings | false | undefined;
}

type OwnGroups = { readonly [key in Switched | "connections"]: OwnCalls[key] };

const toRetry = ({ methods, statuses, ...given }: RetryOptions): OwnCalls["retry"] =>
  Object.freeze({
    ...defaultRetry,
    ...given,
    methods: methods === undefined ? defaultRetry.methods : new Set([methods].flat()),
    statuses: statuses === undefined ? defaultRetry.statuses : new Set(statuses),
  });

const toBreaker = (given: BreakerOptions): OwnCalls["breaker"] =>
  Object.freeze({ failureRatio: 0.5, minCalls: 20, windowMs: 10_000, openMs: 5_000, ...given });

const toBulkhead = (given: BulkheadOptions): OwnCalls["bulkhead"] => Object.freeze({ maxQueued: 0, ...given });

const toHedge = (given: HedgeOptions): OwnCalls["hedge"] => Object.freeze({ maxHedges: 1, ...given });

function toConnections(given: ConnectionOptions): OwnCalls["connections"] {
  const { maxConnections, keepAliveMs, connectTimeoutMs, http2 = false, socketPath } = given;
  const values = { maxConnections, keepAliveMs, connectTimeoutMs, http2, socketPath };
  if (Object.values(values).every((value) => !value)) return false;
  return Object.freeze({ key: JSON.stringify(Object.values(values).map((value) => value ?? null)), ...values });
}

function whenOn<given extends object, made>(
  value: given | false | undefined,
  make: (value: given) => made,
): made | false | undefined {
  if (value === undefined) return undefined;
  return value ? make(value) : false;
}

/** Makes what one level says of calls in groups ready for use. */
export function readOwnGroups(checked: CallSettingsOptions): OwnGroups {
  return {
    retry: whenOn(checked.retry, toRetry),
    breaker: whenOn(checked.breaker, toBreaker),
    bulkhead: whenOn(checked.bulkhead, toBulkhead),
    hedge: whenOn(checked.hedge, toHedge),
    connections: whenOn(checked.connections, toConnections),
  };
}
