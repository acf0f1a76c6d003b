import { AsyncResource } from "node:async_hooks";
import type { Pool } from "undici";
import type { ConnectionIdentity } from "../values/connection-identity.ts";
import { createConnector } from "./connector.ts";
import { createIdentityPools } from "./identity-pools.ts";
import { createPool } from "./undici.ts";

/** Connections, pooled by origin and identity. */
export interface Pools {
  get(origin: string, identity: ConnectionIdentity | undefined): Pool;
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

/** Creates pools. A pool comes about with the first request to its origin. */
export function createPools({ connectTimeoutMs, identityIdleMs = 60_000 }: PoolOptions): Pools {
  const pools = new Map<string, Pool>();
  const outsideRequests = new AsyncResource("behalf:connections");
  const { connect } = createConnector({ connectTimeoutMs, outsideRequests });
  const identityPools = createIdentityPools({ connectTimeoutMs, outsideRequests, idleMs: identityIdleMs });
  return {
    get(origin, identity) {
      if (identity) return identityPools.get(origin, identity);
      const existing = pools.get(origin);
      if (existing) return existing;
      const pool = createPool(origin, { connect });
      pools.set(origin, pool);
      return pool;
    },
    async close() {
      await Promise.all([identityPools.close(), ...[...pools.values()].map((pool) => pool.close())]);
    },
  };
}
