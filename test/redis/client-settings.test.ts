import { randomUUID } from "node:crypto";
import { createClient, RESP_TYPES } from "@redis/client";
import * as ioredis from "ioredis";
import * as iovalkey from "iovalkey";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type RedisServer, startRedis } from "../support/start-redis.ts";
import type { OpenClient } from "./clients.ts";
import { describeWith } from "./describe-with.ts";
import { withStore } from "./with-store.ts";

const host = "127.0.0.1";

type Open = (port: number) => Promise<OpenClient>;

const nodeRedis =
  (settings: object, socket: object = {}): Open =>
  async (port) => {
    const client = await createClient({ ...settings, socket: { host, port, ...socket } }).connect();
    return { client, close: () => client.destroy() };
  };
const ioRedis =
  (settings: object): Open =>
  async (port) => {
    const client = new ioredis.Redis({ ...settings, host, port });
    return { client, close: () => client.disconnect() };
  };
const ioValkey =
  (settings: object): Open =>
  async (port) => {
    const client = new iovalkey.Redis({ ...settings, host, port });
    return { client, close: () => client.disconnect() };
  };

const typeMapping = { [RESP_TYPES.BLOB_STRING]: Buffer, [RESP_TYPES.NUMBER]: String };

// What a program may have set for its other uses of the same client.
const settings: readonly (readonly [string, Open])[] = [
  ["@redis/client that speaks RESP2", nodeRedis({ RESP: 2 })],
  ["@redis/client that gives bytes and numbers as text", nodeRedis({ commandOptions: { typeMapping } })],
  ["@redis/client with a prefix of its own", nodeRedis({ keyPrefix: "own:" })],
  ["@redis/client without an offline queue", nodeRedis({ disableOfflineQueue: true })],
  ["@redis/client on another database", nodeRedis({ database: 3 })],
  ...[
    { name: "ioredis", open: ioRedis },
    { name: "iovalkey", open: ioValkey },
  ].flatMap(
    ({ name, open }) =>
      [
        [`${name} that connects at the first command`, open({ lazyConnect: true })],
        [`${name} without an offline queue`, open({ enableOfflineQueue: false })],
        [`${name} without resubscriptions`, open({ autoResubscribe: false })],
        [`${name} that gives numbers as text`, open({ stringNumbers: true })],
        [`${name} with a prefix of its own`, open({ keyPrefix: "own:" })],
        [`${name} that joins commands`, open({ enableAutoPipelining: true })],
      ] as const,
  ),
];

// Their connection is lost for good when it is lost.
const givingUp: readonly (readonly [string, Open])[] = [
  ["@redis/client", nodeRedis({}, { reconnectStrategy: false })],
  ["ioredis", ioRedis({ retryStrategy: () => null })],
  ["iovalkey", ioValkey({ retryStrategy: () => null })],
];

describeWith("redis-server", () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server?.stop());

  describe.each(settings)("a store over %s", (_name, open) => {
    it("keeps texts and lists members", () =>
      withStore(
        () => open(server.port),
        async (store) => {
          const name = randomUUID();
          expect(await store.replace(name, { expected: undefined, text: "a text", livesMs: 60_000 })).toBe(true);
          expect(await store.read(name)).toBe("a text");
          expect(await store.remove(name, "another")).toBe(false);
          expect(await store.remove(name)).toBe(true);
          await store.enlist(name, "a member", 60_000);
          expect(await store.list(name)).toEqual(["a member"]);
        },
      ));

    it("hears of topics, also over a new connection", () =>
      withStore(
        () => open(server.port),
        async (store) => {
          const topic = randomUUID();
          const heard: string[] = [];
          await store.subscribe(topic, (message) => heard.push(message));
          await server.ask("client", "kill", "type", "pubsub");
          await vi.waitFor(
            async () => {
              await server.ask("publish", `behalf:${topic}`, "a message");
              expect(heard).toContain("a message");
            },
            { timeout: 5_000 },
          );
        },
      ));
  });

  it.each(givingUp)("hears of all topics again over %s that gives up, from the next subscription on", (_name, open) =>
    withStore(
      () => open(server.port),
      async (store) => {
        const [first, second] = [randomUUID(), randomUUID()];
        const heard: string[] = [];
        await store.subscribe(first, (message) => heard.push(message));
        await server.ask("client", "kill", "type", "pubsub");
        await vi.waitFor(async () => {
          await store.subscribe(second, (message) => heard.push(message));
          await server.ask("publish", `behalf:${first}`, "one");
          await server.ask("publish", `behalf:${second}`, "two");
          expect([...new Set(heard)].sort()).toEqual(["one", "two"]);
        });
      },
    ),
  );
});
