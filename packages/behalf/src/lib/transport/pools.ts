import "./prime-global-fetch.ts";
import { AsyncResource } from "node:async_hooks";
import { buildConnector, Pool } from "undici";

/** Connections, pooled by origin. */
export interface Pools {
  get(origin: string): Pool;
  /** Lets running requests end, then closes every connection. */
  close(): Promise<void>;
}

/** Settings of the pools. */
export interface PoolOptions {
  /** How long a connection may take to come about, in milliseconds. */
  readonly connectTimeoutMs: number;
}

/** Creates pools. A pool comes about with the first request to its origin. */
export function createPools({ connectTimeoutMs }: PoolOptions): Pools {
  const pools = new Map<string, Pool>();
  const outsideRequests = new AsyncResource("behalf:connections");
  const connector = buildConnector({ timeout: connectTimeoutMs });
  const connect: buildConnector.connector = (options, callback) =>
    outsideRequests.runInAsyncScope(() => connector(options, callback));
  return {
    get(origin) {
      const existing = pools.get(origin);
      if (existing) return existing;
      const pool = new Pool(origin, { connect });
      pools.set(origin, pool);
      return pool;
    },
    async close() {
      await Promise.all([...pools.values()].map((pool) => pool.close()));
    },
  };
}
