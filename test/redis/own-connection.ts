import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it, onTestFinished, vi } from "vitest";
import { createRedisStore } from "../../packages/behalf/src/redis.ts";
import type { RedisServer } from "../support/start-redis.ts";
import type { OpenClient } from "./clients.ts";

/** What is tested, and every server that it has connections to. */
export interface OwnConnectionSetting {
  servers(): readonly RedisServer[];
  open(): Promise<OpenClient>;
}

/** Those of sentinels do not count: they come and go by themselves. */
async function countConnections(servers: readonly RedisServer[]): Promise<readonly number[]> {
  const lists = await Promise.all(servers.map(({ ask }) => ask("client", "list")));
  return lists.map(
    (list) => list.split("\n").filter((line) => /^id=/.test(line) && !/ name=sentinel-/.test(line)).length,
  );
}

/** The most there are within a second: what the test before has cut off comes again by itself. */
async function countSettled(servers: readonly RedisServer[]): Promise<readonly number[]> {
  let most = await countConnections(servers);
  for (let look = 0; look < 20; look += 1) {
    await sleep(50);
    const counts = await countConnections(servers);
    most = most.map((count, index) => Math.max(count, counts[index] ?? 0));
  }
  return most;
}

async function openStore({ open }: OwnConnectionSetting) {
  const { client, close } = await open();
  const store = createRedisStore(client);
  onTestFinished(async () => {
    await store.close();
    close();
  });
  // A cluster is connected to node by node.
  await Promise.all(Array.from({ length: 50 }, () => store.read(randomUUID())));
  return store;
}

/** What is promised of the connection that listens, where a client is made of several. */
export function describeOwnConnection(setting: OwnConnectionSetting): void {
  it("hears of its topics again over a new connection", async () => {
    const store = await openStore(setting);
    const topic = randomUUID();
    const heard: string[] = [];
    await store.subscribe(topic, (message) => heard.push(message));
    await Promise.all(setting.servers().map(({ ask }) => ask("client", "kill", "type", "pubsub")));
    await vi.waitFor(
      async () => {
        await store.publish(topic, "a message");
        expect(heard).toContain("a message");
      },
      { timeout: 8_000, interval: 50 },
    );
  });

  it.each(["a", "a frozen"])(
    "opens nothing for what was subscribed to %s server in the moment of its end",
    async (server) => {
      const store = await openStore(setting);
      const before = await countSettled(setting.servers());
      if (server === "a frozen") for (const { freeze } of setting.servers()) freeze();
      const listening = store.subscribe("a topic", () => {});
      await sleep(2);
      await store.close();
      const ended = await Promise.race([listening.catch((error: Error) => error.message), sleep(1_000)]);
      for (const { thaw } of setting.servers()) thaw();
      // One that is not frozen may have agreed before.
      if (server === "a frozen") expect(ended).toContain("The shared store failed to subscribe");
      await sleep(150);
      await vi.waitFor(
        async () => {
          const after = await countConnections(setting.servers());
          // Connections of the test before may be counted in what was there.
          expect(after.every((count, index) => count <= (before[index] ?? 0))).toBe(true);
        },
        { timeout: 8_000, interval: 50 },
      );
    },
  );
}
