import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createClient } from "@redis/client";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { clientKinds } from "../../redis/clients.ts";
import { describeWith } from "../../redis/describe-with.ts";
import { type Clock, createClock } from "../../support/clock.ts";
import { recordEvents } from "../../support/record-events.ts";
import type { ScriptedAs } from "../../support/scripted-as.ts";
import { some } from "../../support/some.ts";
import { type RedisServer, startRedis } from "../../support/start-redis.ts";
import { startRelay } from "../../support/start-relay.ts";
import { startAs } from "../../support/start-servers.ts";
import { the } from "../../support/the.ts";
import { openBoundClient, resource } from "./bound-client.ts";
import { bearer, type InstanceSettings, openInstance, type SharedInstance } from "./open-instance.ts";

interface World {
  readonly server: RedisServer;
  readonly as: ScriptedAs;
  readonly clock: Clock;
  open(settings?: Partial<InstanceSettings>): Promise<SharedInstance>;
}

async function openWorld(args: readonly string[] = []): Promise<World> {
  const server = await startRedis({ args });
  onTestFinished(() => server.stop());
  const clock = createClock();
  const as = await startAs({ clock });
  return {
    server,
    as,
    clock,
    open: (settings) => openInstance({ as, port: server.port, clock, ...settings }),
  };
}

/** Hears every message of a server. */
async function hearAll({ port }: RedisServer): Promise<readonly { topic: string; message: string }[]> {
  const heard: { topic: string; message: string }[] = [];
  const client = createClient({ socket: { host: "127.0.0.1", port } });
  await client.connect();
  onTestFinished(() => client.destroy());
  await client.pSubscribe("*", (message, topic) => void heard.push({ topic, message }));
  return heard;
}

const connectsLater = clientKinds.filter(({ name }) => name === "ioredis");
const soon = (check: () => Promise<void>) => vi.waitFor(check, { timeout: 5_000, interval: 20 });

describeWith("redis-server", () => {
  describe.each(clientKinds)("over $name", (kind) => {
    it("an eviction and a proof in one instance count in another", async () => {
      const { as, clock, open } = await openWorld();
      const [one, other] = [await open({ kind, inbound: { resource } }), await open({ kind, inbound: { resource } })];
      const { show } = await openBoundClient(as, clock.now);
      const [first, second] = [await show(), await show()];
      expect([await one.verdict(first), await other.verdict(first)]).toEqual(["accepted", "replay"]);
      expect(await one.inbound.evict({ subject: the.alice })).toBe(true);
      await soon(async () => expect(await other.verdict(second)).toBe("revoked"));
    });
  });

  it("what is evicted while the store is down is refused elsewhere when it is back", async () => {
    const states = recordEvents("behalf:state");
    const { server, as, clock, open } = await openWorld();
    const [one, other] = [await open(), await open()];
    const shown = bearer(await as.issue(some.claims()));
    expect(await other.verdict(shown)).toBe("accepted");
    await server.kill();
    for (const subject of [the.alice, "carol", "dave"]) expect(await one.inbound.evict({ subject })).toBe(false);
    expect([await one.verdict(shown), await other.verdict(shown)]).toEqual(["revoked", "accepted"]);
    await server.start();
    clock.advance(31_000);
    await soon(async () => expect(await other.verdict(shown)).toBe("revoked"));
    const later = await open();
    expect(await later.verdict(shown)).toBe("revoked");
    expect(states.filter(({ state }) => state === "unreachable")).toHaveLength(1);
  });

  it("the first caller of an instance waits for what was evicted before", async () => {
    const { server, as, open } = await openWorld();
    const relay = await startRelay(server.port);
    onTestFinished(() => relay.close());
    await (await open()).inbound.evict({ subject: the.alice });
    relay.slowDown(50);
    const other = await open({ port: relay.port });
    expect(await other.verdict(bearer(await as.issue(some.claims())))).toBe("revoked");
  });

  it("callers are let in by an instance that begins while the store hangs", async () => {
    const { server, as, open } = await openWorld();
    server.freeze();
    onTestFinished(() => server.thaw());
    const [one] = await Promise.all(connectsLater.map((kind) => open({ kind })));
    const shown = bearer(await as.issue(some.claims()));
    const startedAt = performance.now();
    expect(await one?.verdict(shown)).toBe("accepted");
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });

  it("a logout token is good once, and for all instances", async () => {
    const { as, open } = await openWorld();
    const inbound = { backchannelLogout: true };
    const [one, other] = [await open({ inbound }), await open({ inbound })];
    const shown = bearer(await as.issue(some.claims({ sid: "session-1" })));
    const claims = {
      sub: undefined,
      aud: the.clientId,
      jti: crypto.randomUUID(),
      sid: "session-1",
      events: { "http://schemas.openid.net/event/backchannel-logout": {} },
    };
    const logoutToken = await as.issue(claims, { typ: "logout+jwt" });
    expect(await other.verdict(shown)).toBe("accepted");
    await one.inbound.logOut(logoutToken);
    await expect(other.inbound.logOut(logoutToken)).rejects.toMatchObject({ reason: "replay" });
    await soon(async () => expect(await other.verdict(shown)).toBe("revoked"));
  });

  it("nobody is evicted by who can write to the store and has no key", async () => {
    const records = recordEvents("behalf:store");
    const { server, as, open } = await openWorld();
    const heard = await hearAll(server);
    const [one, other] = [await open(), await open()];
    await one.inbound.evict({ subject: the.bob });
    await soon(async () => expect(heard).toHaveLength(1));
    const [{ topic = "", message = "" } = {}] = heard;
    const marker = { version: 1, kind: "subject", key: createHash("sha256").update(the.alice).digest("base64url") };
    for (const forged of [JSON.stringify({ ...marker, at: Date.now() }), message.slice(0, -1), `${message}A`]) {
      await server.ask("publish", topic, forged);
    }
    await soon(async () =>
      expect(records).toContainEqual({ instance: "orders-api", what: "marker", problem: "foreign" }),
    );
    const shown = bearer(await as.issue(some.claims()));
    expect([await one.verdict(shown), await other.verdict(shown)]).toEqual(["accepted", "accepted"]);
  });

  it("neither what is stored nor what is said shows whom it is about", async () => {
    const { server, as, clock, open } = await openWorld(["--rdbcompression", "no"]);
    const heard = await hearAll(server);
    const one = await open({ inbound: { resource } });
    const facts = ["alice@example.com", "session-of-alice", "jti-of-alice", as.issuer];
    await one.inbound.evict({ subject: "alice@example.com", issuer: as.issuer });
    await one.inbound.evict({ sessionId: "session-of-alice" });
    const { show } = await openBoundClient(as, clock.now);
    expect(await one.verdict(await show("jti-of-alice"))).toBe("accepted");
    await server.ask("save");
    const [, folder] = (await server.ask("config", "get", "dir")).split("\n");
    const bytes = readFileSync(`${folder}/dump.rdb`).toString("latin1") + JSON.stringify(heard);
    const sought = facts.flatMap((fact) => {
      const sha = createHash("sha256").update(fact).digest();
      return [fact, sha.toString("hex"), sha.toString("base64"), sha.toString("base64url"), sha.toString("latin1")];
    });
    expect(sought.filter((text) => bytes.includes(text))).toEqual([]);
    expect(bytes.match(/behalf:(markers|proof):[\w-]{43}/g)?.length).toBeGreaterThanOrEqual(3);
    expect(heard).toHaveLength(2);
  });
});
