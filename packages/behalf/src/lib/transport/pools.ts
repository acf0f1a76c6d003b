import { AsyncResource } from "node:async_hooks";
import type { ConnectionSettings } from "../values/call-settings.ts";
import type { ConnectionIdentity } from "../values/connection-identity.ts";
import type { ConnectionPool } from "./connection-pool.ts";
import { createConnector } from "./connector.ts";
import { createIdentityPools } from "./identity-pools.ts";
import { type OpenPoolOptions, openPool, withSettings } from "./open-pool.ts";

/** Connections, pooled by origin, identity and settings. */
export interface Pools {
  get(
    origin: string,
    identity: ConnectionIdentity | undefined,
    settings?: ConnectionSettings | undefined,
  ): ConnectionPool;
  /** Lets running requests end, then closes every connection. */
  close(): Promise<void>;
}

/** Settings of the pools. */
export interface PoolOptions {
  /** How long a connection may take to come about, in milliseconds. */
  readonly connectTimeoutMs: number;
  /** After how long, at least, the pool of an identity that sends nothing is removed, in milliseconds. @default 60 000 */
  readonly identityIdleMs?: number;
}

/** Creates the pools of one set of settings. */
function createPoolsAlike(options: OpenPoolOptions, idleMs: number): Pools {
  const pools = new Map<string, ConnectionPool>();
  const connector = createConnector(options);
  const identityPools = createIdentityPools({ ...options, idleMs });
  return {
    get(origin, identity) {
      if (identity) return identityPools.get(origin, identity);
      const existing = pools.get(origin);
      if (existing) return existing;
      const pool = openPool(origin, connector, options);
      pools.set(origin, pool);
      return pool;
    },
    async close() {
      await Promise.all([identityPools.close(), ...[...pools.values()].map((pool) => pool.close())]);
    },
  };
}

/** Creates pools. A pool comes about with the first request to its origin. */
export function createPools({ connectTimeoutMs, identityIdleMs = 60_000 }: PoolOptions): Pools {
  const options = { connectTimeoutMs, outsideRequests: new AsyncResource("behalf:connections") };
  const plain = createPoolsAlike(options, identityIdleMs);
  const configured = new Map<string, Pools>();

  const findConfigured = (settings: ConnectionSettings): Pools => {
    const existing = configured.get(settings.key);
    if (existing) return existing;
    const alike = createPoolsAlike(withSettings(options, settings), identityIdleMs);
    configured.set(settings.key, alike);
    return alike;
  };

  return {
    get: (origin, identity, settings) => (settings ? findConfigured(settings) : plain).get(origin, identity),
    async close() {
      await Promise.all([plain, ...configured.values()].map((pools) => pools.close()));
    },
  };
}
