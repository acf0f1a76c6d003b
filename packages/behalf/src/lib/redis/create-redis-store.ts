import { ConfigurationError } from "../errors/configuration-error.ts";
import type { SharedStore } from "../tokens/shared-store.ts";
import { createGate } from "./gate.ts";
import { createIndexes } from "./indexes.ts";
import type { RedisStoreClient } from "./redis-client.ts";
import { createSettling } from "./settle.ts";
import { Subscriptions } from "./subscriptions.ts";
import { surviveErrors } from "./survive-errors.ts";
import { createTexts } from "./texts.ts";
import { toConnection } from "./to-connection.ts";

/** How the store names what it keeps. */
export interface RedisStoreOptions {
  /**
   * Goes before every name: of texts, of indexes and of topics. Programs that share tokens have the same one.
   *
   * @default "behalf:"
   */
  readonly prefix?: string;
}

/** As long as a command may wait for a connection; the same as its callers wait for an answer. */
const connectsWithinMs = 250;
const subscribesWithinMs = 5_000;

function readPrefix(options: RedisStoreOptions): string {
  const unknown = Object.keys(options).some((name) => name !== "prefix");
  const { prefix = "behalf:" } = options;
  if (unknown) {
    const fix = 'The one option is "prefix".';
    throw new ConfigurationError([{ path: "createRedisStore.options", given: "an option that is not known", fix }]);
  }
  if (typeof prefix !== "string") {
    const fix = "Give a text, or leave it out.";
    throw new ConfigurationError([{ path: "createRedisStore.prefix", given: `a ${typeof prefix}`, fix }]);
  }
  return prefix;
}

/**
 * Creates a store that processes share, in Redis or Valkey, over a client of `@redis/client`, `ioredis` or `iovalkey`:
 * of one server, of a cluster, or of sentinels. It needs Redis 5 or later, or any Valkey.
 *
 * The client stays yours: you connect and close it. The store sends its commands over it, listens to its errors so that a
 * lost connection does not end the process, and opens one duplicate of it when something is subscribed to, which `close`
 * ends. While the client is not connected, commands reject after 250 ms; none of them waits in the client's queue. A text and
 * an index cannot have the same name. Errors hold no name and no text; their `cause` is `{ name, code? }`.
 *
 * @throws {ConfigurationError} for something that is no such client, or for an unknown option
 */
export function createRedisStore(client: RedisStoreClient, options: RedisStoreOptions = {}): SharedStore {
  const prefix = readPrefix(options);
  const connection = toConnection(client, connectsWithinMs);
  surviveErrors(client);
  const { perform, close } = createGate(createSettling(connection, connectsWithinMs));
  const subscriptions = new Subscriptions(connection, subscribesWithinMs);
  const parts = { connection, prefix, perform };

  return {
    ...createTexts(parts),
    ...createIndexes(parts),
    publish: (topic, message) =>
      perform("publish", async () => {
        await connection.publish(prefix + topic, message);
      }),
    subscribe: (topic, listener) =>
      perform("subscribe", async () => {
        const leave = await subscriptions.subscribe(prefix + topic, listener);
        return async () => leave();
      }),
    async close() {
      close();
      subscriptions.close();
    },
  };
}
