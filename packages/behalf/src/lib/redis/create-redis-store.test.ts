import { EventEmitter } from "node:events";
import { createClient, createClientPool } from "@redis/client";
import { Redis } from "ioredis";
import { describe, expect, it } from "vitest";
import { ConfigurationError } from "../errors/configuration-error.ts";
import { createRedisStore } from "./create-redis-store.ts";

const create = (client: unknown, options?: object): unknown =>
  Reflect.apply(createRedisStore, undefined, [client, options]);

function catchError(client: unknown, options?: object): ConfigurationError {
  try {
    create(client, options);
  } catch (error) {
    if (error instanceof ConfigurationError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

const lazyRedis = (): Redis => new Redis({ lazyConnect: true });

describe("createRedisStore", () => {
  it.each([
    ["nothing", undefined, "Give a client"],
    ["null", null, "Give a client"],
    ["an address", "redis://127.0.0.1:6379", "Give a client"],
    ["an empty object", {}, "Give a client"],
    ["an event emitter", new EventEmitter(), "Give a client"],
    ["a promise of a client", Promise.resolve(createClient()), "Await it"],
    ["a pool", createClientPool(), "createClient"],
    ["a client of @redis/client 4", { sendCommand() {}, evalSha() {} }, "version 6 or later"],
  ])("refuses %s and tells what to give", (_what, client, fix) => {
    const error = catchError(client);
    expect(error.configPath).toBe("createRedisStore.client");
    expect(error.fix).toContain(fix);
  });

  it("refuses a prefix that is no text", () => {
    expect(catchError(lazyRedis(), { prefix: 7 }).configPath).toBe("createRedisStore.prefix");
  });

  it("refuses an option that it does not know", () => {
    expect(catchError(lazyRedis(), { keyPrefix: "a:" }).configPath).toBe("createRedisStore.options");
  });

  it("connects nothing by itself", () => {
    const client = lazyRedis();
    createRedisStore(client);
    expect(client.status).toBe("wait");
  });

  it("listens once to the errors of a client, however many stores use it", () => {
    const client = createClient();
    createRedisStore(client);
    createRedisStore(client, { prefix: "another:" });
    expect(client.listenerCount("error")).toBe(1);
  });

  it("tells that a client was never connected", async () => {
    const store = createRedisStore(createClient());
    await expect(store.read("a name")).rejects.toMatchObject({ cause: { name: "Error", code: "CLIENT_CLOSED" } });
  });
});
