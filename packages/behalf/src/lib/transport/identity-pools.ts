import type { ConnectionIdentity } from "../values/connection-identity.ts";
import type { ConnectionPool } from "./connection-pool.ts";
import { type Connector, createIdentityConnector } from "./connector.ts";
import { type OpenPoolOptions, openPool } from "./open-pool.ts";

/** Connections, pooled by origin and identity. */
export interface IdentityPools {
  get(origin: string, identity: ConnectionIdentity): ConnectionPool;
  /** Lets running requests end, then closes every connection. */
  close(): Promise<void>;
}

/** Settings of the pools of identities. */
export interface IdentityPoolOptions extends OpenPoolOptions {
  /** After how long, at least, a pool that nothing is sent over is removed, in milliseconds. */
  readonly idleMs: number;
}

interface IdentityPool {
  readonly pool: ConnectionPool;
  readonly connector: Connector;
  /** Whether it was asked for since the last look at it. */
  used: boolean;
}

/** The pools of one slot at one origin: one per key, of which all but the newest come from late requests. */
interface Slot {
  readonly pools: Map<string, IdentityPool>;
  /** The keys that another one took the place of: when one comes again, it displaces nothing. */
  readonly replaced: Set<string>;
}

type Origins = Map<string, Map<string, Slot>>;

/** Pools that are closing. */
interface Drain {
  add(entry: IdentityPool): void;
  whenEmpty(): Promise<unknown>;
}

const maxReplaced = 16;

/** Creates pools that are kept apart by identity, drained when theirs is renewed and removed when nobody uses them. */
export function createIdentityPools({ idleMs, ...options }: IdentityPoolOptions): IdentityPools {
  const origins: Origins = new Map();
  const drain = createDrain();
  let sweeper: NodeJS.Timeout | undefined;

  function sweep(): void {
    removeIdle(origins, drain);
    if (origins.size === 0) stopSweeping();
  }

  function stopSweeping(): void {
    clearInterval(sweeper);
    sweeper = undefined;
  }

  function open(origin: string, identity: ConnectionIdentity): ConnectionPool {
    const slot = findSlot(origins, origin, identity.slot);
    if (!slot.replaced.has(identity.key)) replace(slot, drain);
    const connector = createIdentityConnector(origin, identity, options);
    const pool = openPool(origin, connector, options);
    slot.pools.set(identity.key, { pool, connector, used: true });
    sweeper ??= options.outsideRequests.runInAsyncScope(() => setInterval(sweep, idleMs).unref());
    return pool;
  }

  return {
    get(origin, identity) {
      const entry = origins.get(origin)?.get(identity.slot)?.pools.get(identity.key);
      if (!entry) return open(origin, identity);
      entry.used = true;
      return entry.pool;
    },
    async close() {
      stopSweeping();
      for (const slots of origins.values()) for (const slot of slots.values()) replace(slot, drain);
      await drain.whenEmpty();
    },
  };
}

function createDrain(): Drain {
  const closing = new Set<Promise<void>>();
  return {
    add({ pool, connector }) {
      // A request that waits for a connection still needs the connector.
      const closed = pool.close().then(() => connector.close());
      closing.add(closed);
      void closed.finally(() => closing.delete(closed));
    },
    whenEmpty: () => Promise.all(closing),
  };
}

function findSlot(origins: Origins, origin: string, name: string): Slot {
  const slots = origins.get(origin) ?? new Map<string, Slot>();
  const slot = slots.get(name) ?? { pools: new Map(), replaced: new Set() };
  origins.set(origin, slots.set(name, slot));
  return slot;
}

function replace({ pools, replaced }: Slot, drain: Drain): void {
  for (const [key, entry] of pools) {
    replaced.add(key);
    drain.add(entry);
  }
  pools.clear();
  for (const oldest of replaced) {
    if (replaced.size <= maxReplaced) return;
    replaced.delete(oldest);
  }
}

function removeIdle(origins: Origins, drain: Drain): void {
  for (const [origin, slots] of origins) {
    for (const [name, slot] of slots) {
      removeIdlePools(slot, drain);
      if (slot.pools.size === 0) slots.delete(name);
    }
    if (slots.size === 0) origins.delete(origin);
  }
}

function removeIdlePools({ pools }: Slot, drain: Drain): void {
  for (const [key, entry] of pools) {
    const idle = !entry.used && entry.pool.stats.size === 0;
    entry.used = false;
    if (!idle) continue;
    pools.delete(key);
    drain.add(entry);
  }
}
