import { ConfigurationError } from "../errors/configuration-error.ts";
import { toIoRedisConnection } from "./io-redis-connection.ts";
import { toNodeRedisConnection } from "./node-redis-connection.ts";
import type { IoRedisClient, NodeRedisClient, RedisStoreClient } from "./redis-client.ts";
import type { RedisConnection } from "./redis-connection.ts";

const both = ["connect", "duplicate", "subscribe", "unsubscribe", "on", "listeners"];
const ofNodeRedis = [...both, "get", "set", "del", "evalSha", "eval", "publish", "withCommandOptions", "destroy"];
const ofIoRedis = [...both, "call", "disconnect"];

// An object may keep its methods in a prototype, and a stranger's may throw when it is asked.
const hasMethods = (value: object, names: readonly string[]): boolean =>
  names.every((name) => typeof Reflect.get(value, name) === "function");

function isNodeRedis(value: object): value is NodeRedisClient {
  return hasMethods(value, ofNodeRedis) && "isReady" in value && "isOpen" in value;
}

function isIoRedis(value: object): value is IoRedisClient {
  return hasMethods(value, ofIoRedis) && "status" in value && "isCluster" in value;
}

function describe(client: unknown): readonly [given: string, fix: string] {
  const known =
    '"@redis/client" (createClient, createCluster, createSentinel), "ioredis" or "iovalkey" (Redis, Cluster)';
  if (typeof client !== "object" || client === null) return ["no client", `Give a client of ${known}.`];
  if ("then" in client) return ["a promise", "Await it, and give the client."];
  if (hasMethods(client, ["evalSha", "execute"])) return ["a pool", "Give a client of createClient instead."];
  if (hasMethods(client, ["sendCommand", "evalSha"])) {
    return ['a client of "@redis/client" that is too old', 'Install version 6 or later of "@redis/client".'];
  }
  return ["an object that is no client known here", `Give a client of ${known}.`];
}

/**
 * Takes a client of one of the three libraries, told apart by what it can do.
 *
 * @throws {ConfigurationError} for anything else
 */
export function toConnection(client: RedisStoreClient, queuedMs: number): RedisConnection {
  const given: unknown = client;
  if (typeof given === "object" && given !== null) {
    if (isNodeRedis(given)) return toNodeRedisConnection(given, queuedMs);
    if (isIoRedis(given)) return toIoRedisConnection(given);
  }
  const [what, fix] = describe(given);
  throw new ConfigurationError([{ path: "createRedisStore.client", given: what, fix }]);
}
