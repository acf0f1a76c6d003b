import { afterAll, beforeAll, describe } from "vitest";
import type { SharedStore } from "../../packages/behalf/src/lib/tokens/shared-store.ts";
import { createRedisStore } from "../../packages/behalf/src/redis.ts";
import { type RedisServer, startRedis } from "../support/start-redis.ts";
import { type OpenClient, sentinelClients } from "./clients.ts";
import { describeWith } from "./describe-with.ts";
import { describeOwnConnection } from "./own-connection.ts";
import { describeStoreContract } from "./store-contract.ts";

const name = "orders";

describeWith("redis-server", () => {
  let server: RedisServer;
  let sentinel: RedisServer;
  beforeAll(async () => {
    server = await startRedis();
    sentinel = await startRedis({ watches: { name, port: server.port } });
  });
  afterAll(() => Promise.all([sentinel?.stop(), server?.stop()]));

  describe.each(Object.keys(sentinelClients))("a store that a sentinel knows, over %s", (library) => {
    let clients: readonly [OpenClient, OpenClient];
    let stores: readonly [SharedStore, SharedStore];
    const open = async (): Promise<OpenClient> => {
      const openHere = sentinelClients[library];
      if (!openHere) throw new Error("no such library");
      return openHere({ port: sentinel.port, name });
    };
    beforeAll(async () => {
      clients = [await open(), await open()];
      stores = [createRedisStore(clients[0].client), createRedisStore(clients[1].client)];
    });
    afterAll(async () => {
      await Promise.all(stores.map((store) => store.close()));
      for (const { close } of clients) close();
    });

    describeStoreContract(() => stores);
    describeOwnConnection({ servers: () => [server, sentinel], open });
  });
});
