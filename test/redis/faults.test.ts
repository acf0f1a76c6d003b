import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { SharedStore } from "../../packages/behalf/src/lib/tokens/shared-store.ts";
import { createRedisStore } from "../../packages/behalf/src/redis.ts";
import { type RedisServer, startRedis } from "../support/start-redis.ts";
import { startRelay } from "../support/start-relay.ts";
import { clientKinds, type OpenClient } from "./clients.ts";
import { describeWith } from "./describe-with.ts";
import { withStoreOn } from "./with-store.ts";

const longMs = 60_000;
const patience = { timeout: 8_000, interval: 20 };
const change = { expected: undefined, text: "a text", livesMs: longMs };

// What nobody waits for has to be rejected without a trace: the run fails on an unhandled rejection or error.
function ask(store: SharedStore): void {
  void store.read("a name");
  void store.write("a name", "late", longMs);
  void store.replace("a name", change);
  void store.list("an index");
  void store.publish("a topic", "a message");
}

async function measure(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

describeWith("redis-server", () => {
  describe.each(clientKinds)("a store over $name", (kind) => {
    let server: RedisServer;
    let open: OpenClient;
    let store: SharedStore;
    beforeAll(async () => {
      server = await startRedis();
    });
    afterAll(() => server?.stop());
    beforeEach(async () => {
      open = await kind.open(server.port);
      store = createRedisStore(open.client);
      await store.read("a name");
    });
    afterEach(async () => {
      await store.close();
      open.close();
    });

    async function recover(): Promise<void> {
      await vi.waitFor(() => store.read("a name"), patience);
    }

    it("rejects while the server is away, in time, and goes on when it is back", async () => {
      ask(store);
      await server.kill();
      ask(store);
      const ms = await measure(() => expect(store.read("a name")).rejects.toThrow("The shared store failed to read"));
      expect(ms).toBeLessThan(1_000);
      await expect(store.subscribe("a topic", () => {})).rejects.toMatchObject({ cause: { code: "NOT_CONNECTED" } });
      await server.start();
      await recover();
    });

    it("carries out nothing later that was asked while the server was away", async () => {
      await server.kill();
      await vi.waitFor(() => expect(store.read("a name")).rejects.toMatchObject({ cause: { code: "NOT_CONNECTED" } }));
      await Promise.allSettled([store.write("late", "a text", longMs), store.replace("later", change)]);
      await server.start();
      await recover();
      expect(await store.read("late")).toBeUndefined();
      expect(await store.read("later")).toBeUndefined();
    });

    it("hears of its topics again when the server is back", async () => {
      const heard: string[] = [];
      await store.subscribe("a topic", (message) => heard.push(message));
      await server.kill();
      await server.start();
      await vi.waitFor(async () => {
        await store.publish("a topic", "a message");
        expect(heard).toContain("a message");
      }, patience);
    });

    it("can stop and listen while the server is away", async () => {
      const heard: string[] = [];
      const stop = await store.subscribe("stopped", () => heard.push("stopped"));
      await store.subscribe("a topic", (message) => heard.push(message));
      await server.kill();
      await stop();
      await server.start();
      await recover();
      await store.subscribe("another", (message) => heard.push(message));
      await vi.waitFor(async () => {
        await store.publish("stopped", "a message");
        await store.publish("a topic", "one");
        await store.publish("another", "two");
        expect([...new Set(heard)].sort()).toEqual(["one", "two"]);
      }, patience);
    });

    it("waits as long as the server is frozen, and goes on", async () => {
      await store.subscribe("a topic", () => {});
      const name = randomUUID();
      await store.write(name, "a text", longMs);
      server.freeze();
      ask(store);
      const reading = store.read(name);
      const first = await Promise.race([reading, sleep(150, "nothing yet")]);
      server.thaw();
      expect(first).toBe("nothing yet");
      expect(await reading).toBe("a text");
    });

    it("can be closed while it is about to listen to a frozen server", async () => {
      server.freeze();
      const listening = store.subscribe("a topic", () => {});
      await sleep(50);
      const ms = await measure(async () => {
        await store.close();
        await expect(listening).rejects.toThrow("The shared store failed to subscribe");
      });
      server.thaw();
      expect(ms).toBeLessThan(500);
    });

    it("can be closed while the server is frozen", async () => {
      await store.subscribe("a topic", () => {});
      server.freeze();
      void store.subscribe("another", () => {}).catch(() => {});
      ask(store);
      expect(await measure(() => store.close())).toBeLessThan(500);
      server.thaw();
    });

    it("runs its scripts on a server that does not know them", async () => {
      await server.ask("script", "flush");
      const name = randomUUID();
      expect(await store.replace(name, change)).toBe(true);
      expect(await store.remove(name, "another")).toBe(false);
      await store.enlist("an index", "a member", longMs);
      expect(await store.list("an index")).toEqual(["a member"]);
    });

    it("finds nothing when everything was removed", async () => {
      const name = randomUUID();
      await store.write(name, "a text", longMs);
      await store.enlist(`${name} index`, "a member", longMs);
      await server.ask("flushall");
      expect(await store.read(name)).toBeUndefined();
      expect(await store.list(`${name} index`)).toEqual([]);
      expect(await store.replace(name, { ...change, expected: "a text" })).toBe(false);
    });

    it("rejects what a full server does not take, and goes on with the rest", async () => {
      const name = randomUUID();
      await store.write(name, "a text", longMs);
      await server.ask("config", "set", "maxmemory", "1");
      const full = { cause: { code: "OOM" } };
      await expect(store.write(`${name} more`, "a text", longMs)).rejects.toMatchObject(full);
      await expect(store.replace(name, { ...change, expected: "a text" })).rejects.toMatchObject(full);
      await expect(store.enlist(`${name} index`, "a member", longMs)).rejects.toMatchObject(full);
      expect(await store.read(name)).toBe("a text");
      expect(await store.list(`${name} index`)).toEqual([]);
      expect(await store.remove(name, "a text")).toBe(true);
      await server.ask("config", "set", "maxmemory", "0");
      expect(await store.replace(name, change)).toBe(true);
    });

    it("goes on over a slow and a broken network", async () => {
      const relay = await startRelay(server.port);
      await withStoreOn(kind, relay.port, async (slow) => {
        const heard: string[] = [];
        await slow.subscribe("a topic", (message) => heard.push(message));
        relay.slowDown(60);
        expect(await measure(() => slow.write("a name", "a text", longMs))).toBeGreaterThan(100);
        relay.slowDown(0);
        ask(slow);
        relay.cut();
        await vi.waitFor(async () => {
          await slow.publish("a topic", "a message");
          expect(heard).toContain("a message");
        }, patience);
      });
      await relay.close();
    });
  });
});
