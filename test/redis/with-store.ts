import type { SharedStore } from "../../packages/behalf/src/lib/tokens/shared-store.ts";
import { createRedisStore, type RedisStoreOptions } from "../../packages/behalf/src/redis.ts";
import type { ClientKind, OpenClient } from "./clients.ts";

/** Opens a client and a store over it for the length of some work. */
export async function withStore(
  open: () => Promise<OpenClient>,
  work: (store: SharedStore, client: OpenClient["client"]) => Promise<void>,
  options?: RedisStoreOptions,
): Promise<void> {
  const { client, close } = await open();
  const store = createRedisStore(client, options);
  try {
    await work(store, client);
  } finally {
    await store.close();
    close();
  }
}

/** The same, on a port. */
export const withStoreOn = (
  kind: ClientKind,
  port: number,
  work: (store: SharedStore) => Promise<void>,
): Promise<void> => withStore(() => kind.open(port), work);
