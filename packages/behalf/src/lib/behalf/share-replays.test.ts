import { describe, expect, it } from "vitest";
import { createClock } from "../../../../../test/support/clock.ts";
import { createMemoryServer } from "../../../../../test/support/memory-shared-store.ts";
import {
  createRingKey,
  openSharedParts,
  type SharedProcessOptions,
} from "../../../../../test/support/shared-process.ts";
import { createReplayStore } from "../inbound/proofs/replay-store.ts";
import type { SharedStore } from "../tokens/shared-store.ts";
import { shareReplays } from "./share-replays.ts";

const clock = createClock();
const key = "a-proof-of-alice";

function open(store: SharedStore, options: SharedProcessOptions = {}) {
  const replays = shareReplays(createReplayStore({ now: clock.now }), {
    shared: openSharedParts(store, { clock, ...options }),
    now: clock.now,
  });
  return (name = key, livesMs = 60_000) => replays.claim(name, clock.now() + livesMs, "an owner");
}

describe("what was used in one process", () => {
  it("is refused in all others", async () => {
    const server = createMemoryServer();
    const [one, other] = [open(server.connect()), open(server.connect())];
    expect([await one(), await other(), await one()]).toEqual([true, false, false]);
    expect(await other("another proof")).toBe(true);
  });

  it("is taken once where it is shown to many at the same time", async () => {
    const server = createMemoryServer();
    const claims = Array.from({ length: 20 }, () => open(server.connect()));
    const verdicts = await Promise.all(claims.map((claim) => claim()));
    expect(verdicts.filter(Boolean)).toHaveLength(1);
  });

  it("is refused there without a question", async () => {
    const server = createMemoryServer();
    const one = open(server.connect());
    await one();
    const asked = server.asked();
    expect(one()).toBe(false);
    expect(server.asked()).toBe(asked);
  });

  it("is remembered as long as a proof is good, and a little longer for clocks that differ", async () => {
    const server = createMemoryServer();
    const lives: number[] = [];
    const store = server.connect();
    const claim = open({
      ...store,
      replace(name, change) {
        lives.push(change.livesMs);
        return store.replace(name, change);
      },
    });
    await claim(key, 60_000);
    expect(lives).toEqual([70_000]);
  });

  it("does not show in the store", async () => {
    const server = createMemoryServer();
    await open(server.connect())();
    expect(server.dump()).toMatch(/"proof:[\w-]{43}"/);
    expect(server.dump()).not.toContain(key);
  });

  it.each([
    ["the one that came later", [1, 0], [0, 1]],
    ["the one that came before", [0, 1], [1, 0]],
  ] as const)("is refused where %s of two keys is written with", async (_which, first, then) => {
    const server = createMemoryServer();
    const keys = [createRingKey(), createRingKey()] as const;
    const one = open(server.connect(), { keys: first.map((place) => keys[place]) });
    const other = open(server.connect(), { keys: then.map((place) => keys[place]) });
    expect([await one(), await other()]).toEqual([true, false]);
  });
});

describe("a store that does not answer", () => {
  it.each([
    ["with errors", { away: true }],
    ["for too long", { delayMs: 60_000 }],
  ])("leaves it to each process: %s", async (_how, faults) => {
    const server = createMemoryServer();
    Object.assign(server.faults, faults);
    const [one, other] = [open(server.connect()), open(server.connect())];
    const startedAt = performance.now();
    expect([await one(), await other(), await one()]).toEqual([true, true, false]);
    expect(performance.now() - startedAt).toBeLessThan(800);
  });
});

describe("a connection that is lost in the middle", () => {
  /** The command has arrived, and is sent anew. */
  const repeatReplace = (store: SharedStore): SharedStore => ({
    ...store,
    async replace(name, change) {
      await store.replace(name, change);
      return store.replace(name, change);
    },
  });

  it("does not make a first use look like a second", async () => {
    const server = createMemoryServer();
    const [one, other] = [open(repeatReplace(server.connect())), open(repeatReplace(server.connect()))];
    expect([await one(), await other()]).toEqual([true, false]);
  });

  it("does not make a second use look like a first", async () => {
    const server = createMemoryServer();
    await open(server.connect())();
    const store = server.connect();
    const read: SharedStore["read"] = () => Promise.reject(new Error("The store is away."));
    expect(await open({ ...store, read })()).toBe(false);
  });
});

describe("without a store", () => {
  it("everything is as it is in one process", () => {
    const local = createReplayStore({ now: clock.now });
    expect(shareReplays(local, { shared: undefined, now: clock.now })).toBe(local);
  });
});
