import { afterAll, beforeAll, describe } from "vitest";
import type { SharedStore } from "../../packages/behalf/src/lib/tokens/shared-store.ts";
import { createRedisStore } from "../../packages/behalf/src/redis.ts";
import { type RedisServer, serverNames, startRedis } from "../support/start-redis.ts";
import { clientKinds, type OpenClient } from "./clients.ts";
import { describeWith } from "./describe-with.ts";
import { describeStoreContract } from "./store-contract.ts";

describe.each(serverNames)("a store in %s", (serverName) => {
  describeWith(serverName, () => {
    let server: RedisServer;
    beforeAll(async () => {
      server = await startRedis({ name: serverName });
    });
    afterAll(() => server?.stop());

    describe.each(clientKinds)("over $name", (kind) => {
      let clients: readonly [OpenClient, OpenClient];
      let stores: readonly [SharedStore, SharedStore];
      beforeAll(async () => {
        clients = [await kind.open(server.port), await kind.open(server.port)];
        stores = [createRedisStore(clients[0].client), createRedisStore(clients[1].client)];
      });
      afterAll(async () => {
        await Promise.all(stores.map((store) => store.close()));
        for (const { close } of clients) close();
      });

      describeStoreContract(() => stores);
    });
  });
});
