import { setTimeout as wait } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { describeWith } from "../../redis/describe-with.ts";
import { fault } from "../../support/scripted-as.ts";
import { type RedisServer, startRedis } from "../../support/start-redis.ts";
import { openFleet, type ProcessFleet, type RefreshProcess, startFleet } from "./refresh-processes.ts";

const away = "BEHALF_SHARED_STORE_AWAY";
const lockLivesMs = 7_000;
/** As long as the lock of a chain lives, and some more. */
const boundMs = lockLivesMs + 2_000;

/** For tests that wait for the end of a lock. */
const patience = { timeout: 60_000 };

/** Calls until there is a token, but no longer than the crash of a process may cost. */
async function untilServed(process: RefreshProcess): Promise<void> {
  const startedAt = performance.now();
  for (;;) {
    const [end] = await process.call();
    if (end === 200) return;
    if (performance.now() - startedAt > boundMs) throw new Error(`There is no token: ${String(end)}`);
    await wait(50);
  }
}

const callAll = ({ processes }: ProcessFleet, calls = 1): Promise<readonly (readonly unknown[])[]> =>
  Promise.all(processes.map((process) => process.call({ calls })));

/** The tests wait for the end of a lock, all at the same time: each has a fleet of its own. */
function describeCrashes(): void {
  let server: RedisServer;
  let fleets: readonly [refreshing: ProcessFleet, spent: ProcessFleet, rotated: ProcessFleet];
  beforeAll(async () => {
    server = await startRedis();
    const { port } = server;
    fleets = [await openFleet(3, port), await openFleet(2, port), await openFleet(3, port)];
  });
  afterAll(async () => {
    await Promise.all((fleets ?? []).map((fleet) => fleet.close()));
    await server?.stop();
  });

  it("the crash of one that is refreshing costs the others the life of its lock", patience, async ({ expect }) => {
    const [fleet] = fleets;
    const [one, ...others] = fleet.processes;
    fleet.as.faults.next("token", fault.delay(60_000, fault.status(503)));
    void one.call();
    await expect.poll(() => fleet.sent().length).toBe(1);
    await one.kill();
    await Promise.all(others.map(untilServed));
    expect(fleet.sent()).toHaveLength(2);
    fleet.letTokensEnd();
    expect(await Promise.all(others.map((other) => other.call()))).toEqual([[200], [200]]);
  });

  it("the crash of one whose token was spent ends the chain, until another is given", patience, async ({ expect }) => {
    const [, fleet] = fleets;
    const [one, ...others] = fleet.processes;
    fleet.as.faults.next("token", fault.hang());
    void one.call();
    await expect.poll(() => fleet.sent().length).toBe(1);
    await one.kill();
    await wait(lockLivesMs);
    expect(await Promise.all(others.map((other) => other.call()))).toEqual([["BEHALF_TOKEN_REFUSED"]]);
    fleet.giveAnew();
    expect(await Promise.all(others.map((other) => other.call()))).toEqual([[200]]);
  });

  it("the crash of one that has rotated the token leaves the others its successor", patience, async ({ expect }) => {
    const [, , fleet] = fleets;
    const [one, ...others] = fleet.processes;
    void one.call({ keeps: false });
    await expect.poll(() => fleet.outcomes()).toEqual(["issued"]);
    expect(await Promise.all(others.map((other) => other.call()))).toEqual([[200], [200]]);
    expect(fleet.sent()).toHaveLength(1);
    await one.kill();
    fleet.letTokensEnd();
    await Promise.all(others.map(untilServed));
    expect(new Set(fleet.sent()).size).toBe(2);
    expect(fleet.outcomes()).toEqual(["issued"]);
  });
}

/** Gives a server that ends with the test. */
function useServer(): () => RedisServer {
  let server: RedisServer;
  beforeEach(async () => {
    server = await startRedis();
  });
  afterEach(() => server.stop());

  return () => server;
}

function describeExpiries(): void {
  const serverOf = useServer();

  it("four processes rotate a refresh token once at each expiry", async () => {
    const fleet = await startFleet(4, serverOf().port);
    for (let round = 1; round <= 8; round += 1) {
      expect(await callAll(fleet, 50)).toEqual([[200], [200], [200], [200]]);
      expect(fleet.sent()).toHaveLength(round);
      fleet.letTokensEnd();
    }
    expect(new Set(fleet.sent()).size).toBe(8);
    expect(fleet.outcomes()).toEqual(["issued"]);
    expect(fleet.backend.requests).toHaveLength(8 * 200);
  });

  it("four processes renew it ahead of time, in any order, and never spend one twice", async () => {
    const fleet = await startFleet(4, serverOf().port);
    for (let step = 0; step < 200; step += 1) {
      const some = fleet.processes.filter((_, index) => (step * 7 + index * 3) % 5 < 3);
      const ends = await Promise.all(some.map((process) => process.call({ calls: 3 })));
      expect(ends.every(([end, ...others]) => end === 200 && others.length === 0)).toBe(true);
      fleet.clock.advance((step * 7_919) % 60_000);
    }
    await wait(300);
    expect(fleet.outcomes()).toEqual(["issued"]);
    expect(new Set(fleet.sent()).size).toBe(fleet.sent().length);
  });
}

function describeStops(): void {
  const serverOf = useServer();

  it.each([
    ["frozen", () => serverOf().freeze(), () => serverOf().thaw()],
    ["killed, and started with nothing in it", () => serverOf().kill(), () => serverOf().start()],
  ] as const)("no token is spent while the store is %s, and afterwards all go on", async (_what, stop, resume) => {
    const fleet = await startFleet(3, serverOf().port);
    await callAll(fleet);
    await stop();
    fleet.clock.advance(290_000);
    expect(await callAll(fleet, 10)).toEqual([[200], [200], [200]]);
    fleet.clock.advance(10_000);
    expect(await callAll(fleet, 10)).toEqual([[away], [away], [away]]);
    expect(fleet.sent()).toHaveLength(1);
    await resume();
    await wait(500);
    fleet.clock.advance(30_000);
    await Promise.all(fleet.processes.map(untilServed));
    expect(fleet.sent()).toHaveLength(2);
    expect(fleet.outcomes()).toEqual(["issued"]);
  });
}

describeWith("redis-server", () => {
  describe("processes that share a refresh token", describeExpiries);
  describe("processes whose store stops for a while", describeStops);
  describe.concurrent("processes of which one crashes", describeCrashes);
});
