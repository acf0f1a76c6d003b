import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { createMemoryServer, type MemoryServer } from "../../../../../../test/support/memory-shared-store.ts";
import { createRingKey, openSharedParts } from "../../../../../../test/support/shared-process.ts";
import type { KeyRingKey } from "../../values/key-ring.ts";
import { type ChainLock, lockChain } from "./chain-lock.ts";

const keys = [createRingKey(), createRingKey()];

const lock = (server: MemoryServer, own: readonly KeyRingKey[] = keys) =>
  lockChain("a chain", openSharedParts(server.connect(), { keys: own }));

async function take(server: MemoryServer, own?: readonly KeyRingKey[]): Promise<ChainLock> {
  const taken = await lock(server, own);
  if (!taken || taken === "taken") throw new Error("It is not to be had.");
  return taken;
}

describe("the lock of a chain", () => {
  it("is one process's at a time", async () => {
    const server = createMemoryServer();
    const held = await take(server);
    expect(await lock(server)).toBe("taken");
    await held.release();
    await take(server);
  });

  it("is the same one for processes whose keys stand in another order", async () => {
    const server = createMemoryServer();
    const held = await take(server);
    expect(await lock(server, [...keys].reverse())).toBe("taken");
    expect(await lock(server, keys.slice(1))).toBe("taken");
    await held.release();
    await take(server, [...keys].reverse());
  });

  it("is given to one of two who want it at the same moment", async () => {
    const server = createMemoryServer();
    const both = await Promise.all([lock(server), lock(server, [...keys].reverse())]);
    expect(both.filter((one) => one === "taken")).toHaveLength(1);
  });

  it("is let go of in part where the rest is another's", async () => {
    const server = createMemoryServer();
    for (const own of keys) {
      const held = await take(server, [own]);
      expect(await lock(server)).toBe("taken");
      await held.release();
      await Promise.all(keys.map(async (key) => (await take(server, [key])).release()));
    }
  });

  it("is not there without the store", async () => {
    const server = createMemoryServer();
    server.faults.away = true;
    expect(await lock(server)).toBeUndefined();
  });

  it("does not last for a request when a process has stood still, until it is prolonged", async () => {
    const held = await take(createMemoryServer());
    expect(held.lasts()).toBe(true);
    await wait(1_550);
    expect(held.lasts()).toBe(false);
    await held.prolong();
    expect(held.lasts()).toBe(true);
  });

  it("is not prolonged where it is another's by now", async () => {
    const server = createMemoryServer();
    const held = await take(server);
    server.flush();
    await take(server);
    await wait(1_550);
    await held.prolong();
    expect(held.lasts()).toBe(false);
  });

  it("is ours where a client has sent its command twice", async () => {
    const server = createMemoryServer();
    const store = server.connect();
    const twice = {
      ...store,
      async replace(...change: Parameters<typeof store.replace>) {
        await store.replace(...change);
        return store.replace(...change);
      },
    };
    expect(await lockChain("a chain", openSharedParts(twice, { keys }))).toMatchObject({
      release: expect.any(Function),
    });
  });
});
