import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, it, onTestFinished } from "vitest";
import { createClock } from "../../../../../test/support/clock.ts";
import { recordEvents } from "../../../../../test/support/record-events.ts";
import { fault } from "../../../../../test/support/scripted-as.ts";
import { startAs } from "../../../../../test/support/start-servers.ts";
import { connectTo } from "../../../../../test/support/token-request.ts";
import { provenByTest, silentLogger, someTarget } from "../../../../../test/support/token-service.ts";
import { createDiagnostics } from "../diagnostics/diagnostics.ts";
import { createServers } from "../oauth/servers.ts";
import { ActorToken } from "../values/actor-token.ts";
import { createMemoryStore } from "./memory-store.ts";
import { createRefreshChains } from "./refresh-chains.ts";
import { createTokenService } from "./token-service.ts";

const second = 1_000;
const lifeMs = 300 * second;

/** A token service over sockets, a hundred callers, and a server that can be taken down. */
async function open() {
  const clock = createClock();
  const { now } = clock;
  const as = await startAs({ clock });
  const { connection, close } = connectTo(as.issuer);
  onTestFinished(close);
  const diagnostics = createDiagnostics("test", silentLogger);
  const servers = createServers({ fetch: connection.fetch, insecureRequestsAllowed: false, diagnostics, now });
  const store = createMemoryStore({ maxEntries: 10_000, maxBytes: 64 * 1024 * 1024 });
  const tokens = provenByTest(
    createTokenService({ store, servers, chains: createRefreshChains(now), diagnostics, now }),
  );
  const target = someTarget({ authority: as.issuer, grantType: "tokenExchange" });
  const exp = Math.floor(now() / second) + 86_400;
  const callers = await Promise.all(
    Array.from({ length: 100 }, async (_, index) => new ActorToken(await as.issue({ sub: `caller-${index}`, exp }))),
  );
  const callAll = (): Promise<PromiseSettledResult<unknown>[]> =>
    Promise.allSettled(callers.map((subject) => tokens.acquire(target, { subject })));
  await callAll();
  return {
    as,
    clock,
    servers,
    callAll,
    kill: () => as.faults.always("token", fault.drop()),
  };
}

const countFailed = (ends: readonly PromiseSettledResult<unknown>[]): number =>
  ends.filter(({ status }) => status === "rejected").length;

describe("a server that is away", () => {
  it("from the first renewal to the end fails none of 20,000 calls, and is asked by probes alone", async () => {
    const { as, clock, servers, callAll, kill } = await open();
    const states = recordEvents("behalf:state");
    const before = as.requests.length;
    clock.advance(0.72 * lifeMs);
    kill();
    let failed = 0;
    for (let round = 0; round < 200; round += 1) {
      failed += countFailed(await callAll());
      await wait(10);
      clock.advance(390);
    }
    const asked = as.requests.length - before;
    console.info(`server away until the end: 20,000 calls, failed: ${failed}, requests to the server: ${asked}`);
    expect(failed).toBe(0);
    // The requests that were under way before the fifth failure, and then one in two seconds.
    expect(asked).toBeLessThan(150);
    expect(states).toMatchObject([{ state: "unreachable" }]);
    expect(servers.health()).toMatchObject([{ state: "down", lastError: "BEHALF_TOKEN_UNREACHABLE" }]);
  });

  it("past the end is asked once in two seconds, and once for each token when it is back", async () => {
    const { as, clock, servers, callAll, kill } = await open();
    kill();
    clock.advance(lifeMs);
    await callAll();
    for (let probe = 0; probe < 5; probe += 1) {
      clock.advance(2 * second);
      const before = as.requests.length;
      const startedAt = performance.now();
      const ends = await callAll();
      expect([countFailed(ends), as.requests.length - before]).toEqual([100, 1]);
      expect(performance.now() - startedAt).toBeLessThan(5 * second);
      expect(ends[99]).toMatchObject({ reason: { code: "BEHALF_TOKEN_UNREACHABLE" } });
    }
    as.faults.clear();
    clock.advance(2 * second);
    const before = as.requests.length;
    expect([countFailed(await callAll()), as.requests.length - before]).toEqual([99, 1]);
    expect(servers.health()).toMatchObject([{ state: "ok" }]);
    const failed = countFailed(await callAll());
    const asked = as.requests.length - before;
    console.info(`server back: 200 calls of 100 callers, requests to the server: ${asked}, the first of them a probe`);
    expect([failed, asked]).toEqual([0, 100]);
  });
});
