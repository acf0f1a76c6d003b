import { AsyncLocalStorage } from "node:async_hooks";
import { randomUUID } from "node:crypto";
import { inspect } from "node:util";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { createRedisStore } from "../../packages/behalf/src/redis.ts";
import { type RedisServer, startRedis } from "../support/start-redis.ts";
import { clientKinds } from "./clients.ts";
import { describeWith } from "./describe-with.ts";
import { withStore, withStoreOn } from "./with-store.ts";

const longMs = 60_000;
const nothing = (): void => {};

describeWith("redis-server", () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server?.stop());

  const countSubscribers = async (): Promise<number> =>
    (await server.ask("client", "list", "type", "pubsub")).split("\n").filter((line) => line !== "").length;
  const countConnections = async (): Promise<number> =>
    Number(/connected_clients:(\d+)/.exec(await server.ask("info", "clients"))?.[1]);
  const countListeners = async (channel: string): Promise<string | undefined> =>
    (await server.ask("pubsub", "numsub", channel)).trim().split("\n").at(-1);

  describe.each(clientKinds)("a store over $name", (kind) => {
    const open = () => kind.open(server.port);

    it("puts its prefix before every name", async () => {
      await server.ask("flushall");
      await withStore(
        open,
        async (store) => {
          await store.write("text", "a text", longMs);
          await store.replace("replaced", { expected: undefined, text: "a text", livesMs: longMs });
          await store.enlist("index", "a member", longMs);
          await store.subscribe("topic", nothing);
          expect((await server.ask("keys", "*")).trim().split("\n").sort()).toEqual([
            "t1:index",
            "t1:replaced",
            "t1:text",
          ]);
          expect((await server.ask("pubsub", "channels")).trim()).toBe("t1:topic");
          await store.remove("text");
          await store.remove("replaced", "a text");
          expect((await server.ask("keys", "*")).trim()).toBe("t1:index");
        },
        { prefix: "t1:" },
      );
    });

    it("has a prefix of its own where none is given", () =>
      withStoreOn(kind, server.port, async (store) => {
        await server.ask("flushall");
        await store.write("text", "a text", longMs);
        expect((await server.ask("keys", "*")).trim()).toBe("behalf:text");
      }));

    it("asks by scripts only, which no client sends to a replica", () =>
      withStoreOn(kind, server.port, async (store) => {
        const name = randomUUID();
        for (const ask of [store.read, store.lifeOf, store.list]) {
          await ask(name);
          const clients = await server.ask("client", "list", "type", "normal");
          const commands = [...clients.matchAll(/ cmd=(\S+)/g)].map(([, command]) => command);
          expect(commands.filter((command) => command !== "client|list")).toEqual([expect.stringMatching(/^eval/)]);
        }
      }));

    it("opens one connection for all topics, when the first is listened to", () =>
      withStoreOn(kind, server.port, async (store) => {
        await vi.waitFor(async () => expect(await countSubscribers()).toBe(0));
        await Promise.all(["one", "two", "three"].map((topic) => store.subscribe(topic, nothing)));
        expect(await countSubscribers()).toBe(1);
      }));

    it("takes no connection into the request that was the first to subscribe", () =>
      withStoreOn(kind, server.port, async (store) => {
        const request = new AsyncLocalStorage<string>();
        const seen: unknown[] = [];
        await request.run("a request", () => store.subscribe("a topic", () => seen.push(request.getStore())));
        await store.publish("a topic", "a message");
        await vi.waitFor(() => expect(seen).toEqual([undefined]));
      }));

    it("no longer hears of a topic that nobody listens to", () =>
      withStoreOn(kind, server.port, async (store) => {
        const topic = randomUUID();
        const stops = [await store.subscribe(topic, nothing), await store.subscribe(topic, nothing)];
        await stops[0]?.();
        expect(await countListeners(`behalf:${topic}`)).toBe("1");
        await stops[1]?.();
        await vi.waitFor(async () => expect(await countListeners(`behalf:${topic}`)).toBe("0"));
      }));

    it("lets go of its own connection and keeps the given one open", async () => {
      const { client, close } = await open();
      const store = createRedisStore(client);
      await store.write("kept", "a text", longMs);
      await store.subscribe("a topic", nothing);
      await store.close();
      await store.close();
      await vi.waitFor(async () => expect(await countSubscribers()).toBe(0));
      const next = createRedisStore(client);
      expect(await next.read("kept")).toBe("a text");
      close();
    });

    it("refuses everything after its end", () =>
      withStoreOn(kind, server.port, async (store) => {
        const stop = await store.subscribe("a topic", nothing);
        await store.close();
        const closed = { cause: { name: "Error", code: "STORE_CLOSED" } };
        await expect(store.read("a name")).rejects.toMatchObject(closed);
        await expect(store.write("a name", "a text", longMs)).rejects.toMatchObject(closed);
        await expect(store.subscribe("a topic", nothing)).rejects.toMatchObject(closed);
        await stop();
      }));

    it("opens nothing for what was subscribed in the moment of its end", async () => {
      const { client, close } = await open();
      const before = await countConnections();
      const store = createRedisStore(client);
      const tries = ["one", "two", "one"].map((topic) => store.subscribe(topic, nothing));
      await Promise.resolve();
      await store.close();
      await Promise.allSettled(tries);
      await vi.waitFor(async () => expect(await countConnections()).toBeLessThanOrEqual(before), { timeout: 8_000 });
      close();
    });

    it("keeps an index as long as the member that lives longest", () =>
      withStoreOn(kind, server.port, async (store) => {
        const index = randomUUID();
        await store.enlist(index, "long", longMs);
        await store.enlist(index, "short", 1_000);
        const left = Number(await server.ask("pttl", `behalf:${index}`));
        expect(left).toBeGreaterThan(longMs - 5_000);
        expect(left).toBeLessThanOrEqual(longMs);
      }));

    it("drops members whose life is over whenever one is added", () =>
      withStoreOn(kind, server.port, async (store) => {
        const index = randomUUID();
        await store.enlist(index, "long", longMs);
        await store.enlist(index, "short", 1);
        await vi.waitFor(async () => {
          await store.enlist(index, "another", longMs);
          expect(Number(await server.ask("zcard", `behalf:${index}`))).toBe(2);
        });
      }));

    it("keeps a text no longer than it was said, to the millisecond", () =>
      withStoreOn(kind, server.port, async (store) => {
        const name = randomUUID();
        await store.write(name, "a text", 30_000.9);
        expect(Number(await server.ask("pttl", `behalf:${name}`))).toBeLessThanOrEqual(30_000);
      }));

    it("tells the server's code and nothing of names and texts when it fails", () =>
      withStoreOn(kind, server.port, async (store) => {
        await server.ask("lpush", "behalf:marker-name", "an element");
        const change = { expected: "marker-expected", text: "marker-text", livesMs: longMs };
        await server.ask("acl", "setuser", "default", "-publish");
        const failures = await Promise.allSettled([
          store.read("marker-name"),
          store.replace("marker-name", change),
          store.remove("marker-name", "marker-expected"),
          store.enlist("marker-name", "marker-member", longMs),
          store.list("marker-name"),
          store.publish("marker-topic", "marker-message"),
        ]);
        await server.ask("acl", "setuser", "default", "+publish");
        const reasons = failures.map((failure) => (failure.status === "rejected" ? failure.reason : undefined));
        expect(reasons.map((reason) => reason?.cause?.code)).toEqual([...Array(5).fill("WRONGTYPE"), "NOPERM"]);
        expect(reasons[0]?.message).toBe("The shared store failed to read (WRONGTYPE).");
        const shown = inspect(reasons, { depth: Number.POSITIVE_INFINITY, showHidden: true }) + JSON.stringify(reasons);
        expect(shown).not.toContain("marker");
      }));
  });
});
