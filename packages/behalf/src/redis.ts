/**
 * A store that processes share, in Redis or Valkey.
 *
 * @module behalf/redis
 */
export { createRedisStore, type RedisStoreOptions } from "./lib/redis/create-redis-store.ts";
export type {
  EvalOptions,
  IoRedisClient,
  NodeRedisClient,
  NodeRedisCommands,
  RedisEvents,
  RedisStoreClient,
} from "./lib/redis/redis-client.ts";
