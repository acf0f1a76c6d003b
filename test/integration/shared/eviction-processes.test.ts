import { afterAll, beforeAll, expect, it } from "vitest";
import { describeWith } from "../../redis/describe-with.ts";
import { some } from "../../support/some.ts";
import { type RedisServer, startRedis } from "../../support/start-redis.ts";
import { startAs, startOneBackend } from "../../support/start-servers.ts";
import { the } from "../../support/the.ts";
import { type EvictingProcess, startEvicting } from "./start-evicting.ts";

describeWith("redis-server", () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server?.stop());

  async function openFleet() {
    const [as, backend] = [await startAs(), await startOneBackend()];
    const services = { inventory: { host: backend.url, grantType: "tokenExchange", audience: the.audience } };
    const { clientId, clientSecret } = the;
    const settings = { authority: as.issuer, clientId, clientSecret, inbound: { audience: clientId }, services };
    const [alice, bob] = [await as.issue(some.claims()), await as.issue(some.claims({ sub: the.bob }))];
    const start = () => startEvicting(server.port, settings);
    /** Makes a call in a process; tells how often the authorization server was asked for it. */
    const asks = async (tell: EvictingProcess, token: string): Promise<number> => {
      const before = as.count("token");
      expect(await tell({ token, service: "inventory" })).toBe(200);
      return as.count("token") - before;
    };
    return { as, backend, start, alice, bob, asks };
  }

  it("what is evicted in one process is asked for anew in another, and by those that start later", async () => {
    const { start, alice, bob, asks } = await openFleet();
    const [one, other] = await Promise.all([start(), start()]);
    expect([await asks(one, alice), await asks(one, bob)]).toEqual([1, 1]);
    expect([await asks(other, alice), await asks(other, bob)]).toEqual([0, 0]);
    expect(await one({ evict: { subject: the.alice, service: "inventory" } })).toEqual({ tokens: 1, everywhere: true });
    await expect.poll(() => other({ count: true }), { timeout: 2_000 }).toBe(1);
    const later = await start();
    expect([await asks(later, bob), await asks(later, alice)]).toEqual([0, 1]);
    expect(await asks(other, bob)).toBe(0);
  });

  it("a capability that was sealed in one process is refused in another after an eviction in a third", async () => {
    const { start, alice, backend } = await openFleet();
    const [one, other] = await Promise.all([start(), start()]);
    const detach = { ttlMs: 60_000, services: ["inventory"] };
    const capability = String(await one({ token: alice, detach }));
    expect(await other({ capability, service: "inventory" })).toBe(200);
    await other({ evict: { subject: the.alice } });
    expect(await other({ capability, service: "inventory" })).toBe("evicted");
    const later = await start();
    expect(await later({ capability, service: "inventory" })).toBe("evicted");
    expect(backend.requests).toHaveLength(1);
  });
});
