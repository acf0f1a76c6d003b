import { createHash } from "node:crypto";
import { createBehalf, type EvictOptions } from "behalf";
import { describe, expect, it } from "vitest";
import { createMemoryServer } from "../../support/memory-shared-store.ts";
import { closeAfterTest, type ReceivedRequest, receive } from "../../support/open-behalf.ts";
import { some } from "../../support/some.ts";
import { the } from "../../support/the.ts";
import { type ServiceName, startEvictionServers } from "../eviction-world.ts";

const encryptionKeys = [{ id: "a", key: "A".repeat(43) }];
const sid = (sessionId: string) => ({ sid: sessionId });

/** Servers, a shared store, and a way to open instances that share it. */
async function openFleet() {
  const servers = await startEvictionServers();
  const { as, clock, settings } = servers;
  const shared = createMemoryServer();
  const [alice, bob] = [
    await as.issue(some.claims({ sub: the.alice, exp: clock.now() / 1000 + 3_600, ...sid("s-1") })),
    await as.issue(some.claims({ sub: the.bob, exp: clock.now() / 1000 + 3_600, ...sid("s-2") })),
  ];

  const open = async () => {
    const behalf = closeAfterTest(createBehalf({ ...settings, encryptionKeys, store: shared.connect() }));
    const callers = { alice: await receive(behalf, alice), bob: await receive(behalf, bob) };
    const call = (request: ReceivedRequest, name: ServiceName) =>
      request.run(() => behalf.service(name).get("/").unwrap());
    /** Makes a call; tells how often the authorization server was asked for it. */
    const asks = async (who: "alice" | "bob", name: ServiceName = "inventory"): Promise<number> => {
      const before = as.count("token");
      await call(callers[who], name);
      return as.count("token") - before;
    };
    const listAsking = async (): Promise<readonly string[]> => {
      const asking = [];
      for (const who of ["alice", "bob"] as const) {
        for (const name of ["inventory", "shipping", "own"] as const) {
          if ((await asks(who, name)) > 0) asking.push(`${who}: ${name}`);
        }
      }
      return asking;
    };
    return { behalf, callers, call, asks, listAsking };
  };
  return { ...servers, shared, open };
}

type Fleet = Awaited<ReturnType<typeof openFleet>>;

/** Until the other instance has heard of it. */
const heard = (entries: number, { behalf }: Awaited<ReturnType<Fleet["open"]>>) =>
  expect.poll(() => behalf.stats().tokens.entries).toBe(entries);

describe("instances that share a store", () => {
  it.each<readonly [string, EvictOptions<ServiceName>, readonly string[]]>([
    ["a subject", { subject: the.alice }, ["alice: inventory", "alice: shipping"]],
    ["a session", { sessionId: "s-2" }, ["bob: inventory", "bob: shipping"]],
    [
      "a client",
      { client: the.clientId },
      ["alice: inventory", "alice: shipping", "alice: own", "bob: inventory", "bob: shipping"],
    ],
    ["a service", { service: "shipping" }, ["alice: shipping", "bob: shipping"]],
    ["a service for a subject", { subject: the.bob, service: "shipping" }, ["bob: shipping"]],
    ["all", { all: true }, ["alice: inventory", "alice: shipping", "alice: own", "bob: inventory", "bob: shipping"]],
  ])("evict for all of them: %s", async (_case, options, asking) => {
    const { clock, shared, open } = await openFleet();
    const [one, other] = [await open(), await open()];
    expect(await one.listAsking()).toHaveLength(5);
    expect(await other.listAsking()).toEqual([]);
    clock.advance(2_000);
    const before = other.behalf.stats().tokens.entries;
    expect(await one.behalf.evict(options)).toEqual({ tokens: asking.length, everywhere: true });
    await heard(before - asking.length, other);
    clock.advance(2_000);
    expect(await other.listAsking()).toEqual(asking);
    expect(await one.listAsking()).toEqual([]);
    for (const name of [the.alice, createHash("sha256").update(the.alice).digest("base64url"), "shipping"]) {
      expect(shared.dump()).not.toContain(name);
    }
  });

  it("evict for those that begin later", async () => {
    const { clock, open } = await openFleet();
    const one = await open();
    await one.listAsking();
    clock.advance(2_000);
    await one.behalf.evict({ service: "shipping" });
    await one.behalf.evict({ subject: the.bob, client: the.clientId });
    const later = await open();
    expect(await later.listAsking()).toEqual(["alice: shipping", "bob: inventory", "bob: shipping"]);
  });

  it("know what was evicted before they began, when they make their first call", async () => {
    const { as, clock, shared, settings, open } = await openFleet();
    const one = await open();
    await one.asks("alice", "own");
    clock.advance(2_000);
    await one.behalf.evict({ service: "own" });
    shared.faults.delayMs = 30;
    const later = closeAfterTest(createBehalf({ ...settings, encryptionKeys, store: shared.connect() }));
    await later.service("own").get("/").unwrap();
    expect(as.count("token")).toBe(2);
  });

  it("take no token from the store that was written late by one that does not listen", async () => {
    const { as, clock, shared, open } = await openFleet();
    const [one, deaf] = [await open(), await open()];
    await one.asks("bob");
    shared.faults.deaf = true;
    const gate = as.hold();
    const late = deaf.call(deaf.callers.alice, "inventory");
    await gate.arrived();
    clock.advance(2_000);
    await one.behalf.evict({ subject: the.alice });
    gate.release();
    await late;
    expect(await deaf.asks("alice")).toBe(0);
    expect([await one.asks("alice"), await one.asks("alice")]).toEqual([1, 0]);
  });

  it("keep nothing that was on its way when they heard of the eviction", async () => {
    const { as, clock, shared, open } = await openFleet();
    const [one, other] = [await open(), await open()];
    await other.asks("bob");
    const gate = as.hold();
    const call = other.call(other.callers.alice, "inventory");
    await gate.arrived();
    clock.advance(500);
    await one.behalf.evict({ subject: the.alice });
    await expect.poll(() => other.behalf.stats().flights).toBe(0);
    gate.release();
    await call;
    expect(other.behalf.stats().tokens.entries).toBe(1);
    expect(shared.dump().match(/"token:/g)).toHaveLength(1);
    clock.advance(2_000);
    expect(await one.asks("alice")).toBe(1);
    expect(await other.asks("alice")).toBe(0);
  });
});

describe("a store that is away", () => {
  it("leaves an eviction to this process, and learns of it when it is back", async () => {
    const { clock, shared, open } = await openFleet();
    const [one, other] = [await open(), await open()];
    await one.asks("alice");
    expect(await other.asks("alice")).toBe(0);
    clock.advance(2_000);
    shared.faults.away = true;
    expect(await one.behalf.evict({ subject: the.alice })).toEqual({ tokens: 1, everywhere: false });
    shared.faults.away = false;
    await expect.poll(() => other.behalf.stats().tokens.entries, { timeout: 5_000 }).toBe(0);
    expect(await other.asks("alice")).toBe(1);
  });

  it("does not fail a call, nor hold it up for long", async () => {
    const { shared, open } = await openFleet();
    const one = await open();
    shared.faults.away = true;
    expect([await one.asks("alice"), await one.asks("alice")]).toEqual([1, 0]);
  });
});
