import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { describeWith } from "../../redis/describe-with.ts";
import { some } from "../../support/some.ts";
import { type RedisServer, startRedis } from "../../support/start-redis.ts";
import { startAs } from "../../support/start-servers.ts";
import { the } from "../../support/the.ts";
import { openBoundClient, resource } from "./bound-client.ts";
import { bearer } from "./open-instance.ts";
import { startProcess } from "./start-process.ts";

describeWith("redis-server", () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server?.stop());

  it("what is evicted in one process is refused in another within a second", async () => {
    const as = await startAs();
    const setting = { as, port: server.port };
    const [one, other] = await Promise.all([startProcess(setting), startProcess(setting)]);
    const shown = bearer(await as.issue(some.claims()));
    expect([await one.verdict(shown), await other.verdict(shown)]).toEqual(["accepted", "accepted"]);
    expect(await one.evict({ subject: the.alice })).toBe(true);
    expect(await one.verdict(shown)).toBe("revoked");
    await vi.waitFor(async () => expect(await other.verdict(shown)).toBe("revoked"), { timeout: 1_000 });
    expect(await other.verdict(bearer(await as.issue(some.claims({ sub: the.bob }))))).toBe("accepted");
  });

  it("what was evicted is refused by a process that is started after the end of the one that did it", async () => {
    const as = await startAs();
    const setting = { as, port: server.port };
    const shown = bearer(await as.issue(some.claims({ sid: "session-7" })));
    const one = await startProcess(setting);
    await one.evict({ sessionId: "session-7" });
    await one.kill();
    const other = await startProcess(setting);
    expect(await other.verdict(shown)).toBe("revoked");
  });

  it("a proof that was used in one process is refused in another", async () => {
    const as = await startAs();
    const setting = { as, port: server.port, inbound: { resource } };
    const [one, other] = await Promise.all([startProcess(setting), startProcess(setting)]);
    const { show } = await openBoundClient(as);
    const shown = await show();
    expect([await one.verdict(shown), await other.verdict(shown)]).toEqual(["accepted", "replay"]);
    expect(await other.verdict(await show())).toBe("accepted");
  });

  it("a process that lets go of its store is not kept alive by what it shares", async () => {
    const one = await startProcess({ as: await startAs(), port: server.port });
    await one.evict({ subject: the.bob });
    expect(await one.leave()).toBe(0);
  });
});
