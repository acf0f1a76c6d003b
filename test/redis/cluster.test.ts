import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { SharedStore } from "../../packages/behalf/src/lib/tokens/shared-store.ts";
import { createRedisStore } from "../../packages/behalf/src/redis.ts";
import { type RedisCluster, startRedisCluster } from "../support/start-redis-cluster.ts";
import { clientKinds, type OpenClient } from "./clients.ts";
import { describeWith } from "./describe-with.ts";
import { describeOwnConnection } from "./own-connection.ts";
import { describeStoreContract } from "./store-contract.ts";

describeWith("redis-server", () => {
  let cluster: RedisCluster;
  beforeAll(async () => {
    cluster = await startRedisCluster();
  });
  afterAll(() => cluster?.stop());

  describe.each(clientKinds)("a store in a cluster, over $name", (kind) => {
    let clients: readonly [OpenClient, OpenClient];
    let stores: readonly [SharedStore, SharedStore];
    beforeAll(async () => {
      clients = [await kind.openCluster(cluster), await kind.openCluster(cluster)];
      stores = [createRedisStore(clients[0].client), createRedisStore(clients[1].client)];
    });
    afterAll(async () => {
      await Promise.all(stores.map((store) => store.close()));
      for (const { close } of clients) close();
    });

    describeStoreContract(() => stores);
    describeOwnConnection({ servers: () => cluster.nodes, open: () => kind.openCluster(cluster) });

    it("spreads its names over all nodes", async () => {
      await Promise.all(cluster.nodes.map(({ ask }) => ask("flushall")));
      const names = Array.from({ length: 60 }, (_, index) => `name ${index}`);
      await Promise.all(names.map((name) => stores[0].write(name, "a text", 60_000)));
      const sizes = await Promise.all(cluster.nodes.map(async ({ ask }) => Number(await ask("dbsize"))));
      expect(Math.min(...sizes)).toBeGreaterThan(0);
      expect(sizes.reduce((sum, size) => sum + size)).toBe(60);
    });

    it("goes on when the nodes have forgotten its scripts", async () => {
      await Promise.all(cluster.nodes.map(({ ask }) => ask("script", "flush")));
      const names = Array.from({ length: 20 }, (_, index) => `forgotten ${kind.name} ${index}`);
      const change = { expected: undefined, text: "a text", livesMs: 60_000 };
      const replaced = await Promise.all(names.map((name) => stores[0].replace(name, change)));
      expect(replaced.every(Boolean)).toBe(true);
    });
  });
});
