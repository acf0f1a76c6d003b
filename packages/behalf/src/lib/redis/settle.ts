import { setTimeout as sleep } from "node:timers/promises";
import { clientClosed, notConnected } from "./own-errors.ts";
import type { RedisConnection } from "./redis-connection.ts";

type Preparing = Pick<RedisConnection, "prepare">;

const stepMs = 5;

function isReady(connection: Preparing): boolean {
  const state = connection.prepare();
  if (state === "closed") throw clientClosed();
  return state === "ready";
}

async function poll(connection: Preparing, withinMs: number): Promise<void> {
  for (let waited = 0; waited < withinMs; waited += stepMs) {
    await sleep(stepMs);
    if (isReady(connection)) return;
  }
  throw notConnected();
}

/**
 * Creates a function that waits a moment for a client that is just connecting. Without it, commands would pile up in the
 * client's queue while the store is away, and be carried out when nobody waits for them any more.
 *
 * It gives `undefined` where there is nothing to wait for, and one promise to all who wait at the same time.
 */
export function createSettling(connection: Preparing, withinMs: number): () => Promise<void> | undefined {
  let polling: Promise<void> | undefined;
  return () => {
    if (isReady(connection)) return undefined;
    polling ??= poll(connection, withinMs).finally(() => {
      polling = undefined;
    });
    return polling;
  };
}
