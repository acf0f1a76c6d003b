import { generateKeyPairSync } from "node:crypto";
import { allowUnencryptedStore, ConfigurationError, createBehalf } from "behalf";
import { describe, expect, it, vi } from "vitest";
import type { SharedStore } from "../../../packages/behalf/src/lib/tokens/shared-store.ts";
import { type Clock, createClock } from "../../support/clock.ts";
import { createMemoryServer, type MemoryServer } from "../../support/memory-shared-store.ts";
import { closeAfterTest, receive, toRoot } from "../../support/open-behalf.ts";
import { recordEvents } from "../../support/record-events.ts";
import { fault, type ScriptedAs } from "../../support/scripted-as.ts";
import type { Backend } from "../../support/scripted-backend.ts";
import { some } from "../../support/some.ts";
import { startServers } from "../../support/start-servers.ts";
import { the } from "../../support/the.ts";

const encryptionKeys = [{ id: "a", key: "A".repeat(43) }];

interface InstanceChanges {
  readonly clock?: Clock;
  readonly store?: SharedStore;
  /** The key that tokens are bound to. @default none */
  readonly dpop?: { readonly privateKey: string };
  /** How the store is protected. @default by a key */
  readonly protection?: { readonly [allowUnencryptedStore]?: boolean };
}

interface World {
  readonly as: ScriptedAs;
  readonly backend: Backend;
  readonly shared: MemoryServer;
  readonly clock: Clock;
}

async function openWorld(): Promise<World> {
  const clock = createClock();
  return { ...(await startServers({ clock })), shared: createMemoryServer(), clock };
}

/** Opens an instance of one API, as in another process. */
function openInstance({ as, backend, shared, clock }: World, changes: InstanceChanges = {}) {
  const { clock: own = clock, store = shared.connect(), protection = { encryptionKeys }, dpop } = changes;
  const { url: host } = backend;
  const behalf = createBehalf({
    ...toRoot(as),
    now: own.now,
    store,
    services: {
      jobs: { host, grantType: "clientCredentials", ...(dpop && { dpop }) },
      inventory: { host, grantType: "tokenExchange", audience: the.audience },
    },
    ...protection,
  });
  return closeAfterTest(behalf);
}

type Instance = ReturnType<typeof openInstance>;

const callJobs = (instance: Instance) => instance.service("jobs").get("/").unwrap();

const settle = () => new Promise((resolve) => setTimeout(resolve, 50));
const soon = (check: () => unknown) => vi.waitFor(check, { timeout: 3_000, interval: 10 });

describe("instances that share a store", () => {
  it("ask for a token once", async () => {
    const world = await openWorld();
    const instances = Array.from({ length: 4 }, () => openInstance(world));
    await Promise.all(instances.flatMap((one) => Array.from({ length: 50 }, () => callJobs(one))));
    expect(world.as.count("token")).toBe(1);
    expect(world.backend.requests).toHaveLength(200);
  });

  it("tell that a token came from the store, and how old it is", async () => {
    const world = await openWorld();
    const records = recordEvents("behalf:call");
    await callJobs(openInstance(world));
    await settle();
    world.clock.advance(20_000);
    await callJobs(openInstance(world));
    expect(records.map(({ tokenSource }) => tokenSource)).toEqual(["server", "store"]);
    const { tokenAgeMs, tokenRemainingMs } = records[1] ?? {};
    expect([tokenAgeMs, tokenRemainingMs]).toEqual([20_000, 280_000]);
    expect(world.as.count("token")).toBe(1);
  });

  it("ask for one who wants what no cache holds, though another waits for the store", async () => {
    const world = await openWorld();
    await callJobs(openInstance(world));
    await settle();
    world.shared.faults.delayMs = 30;
    const instance = openInstance(world);
    const records = recordEvents("behalf:call");
    const content = callJobs(instance);
    await instance.service("jobs").get("/", { forceAuthorization: true }).unwrap();
    await content;
    expect(records.map(({ tokenSource }) => tokenSource)).toEqual(["store", "server"]);
    expect(world.as.count("token")).toBe(2);
  });

  it("share a person's token for one backend, and no other person's", async () => {
    const world = await openWorld();
    const [one, other] = [openInstance(world), openInstance(world)];
    const tokenOf = async (sub: string) => world.as.issue(some.claims({ sub }));
    const [alice, bob] = [await tokenOf(the.alice), await tokenOf(the.bob)];
    const call = async (instance: Instance, token: string): Promise<void> => {
      const { run } = await receive(instance, token);
      await run(() => instance.service("inventory").get("/").unwrap());
      await settle();
    };
    await call(one, alice);
    await call(other, alice);
    await call(other, bob);
    expect(world.as.count("token")).toBe(2);
    const [first, second, third] = world.backend.requests.map(({ headers }) => headers.authorization);
    expect([second === first, third === first]).toEqual([true, false]);
  });

  it("find what was fetched before they were started", async () => {
    const world = await openWorld();
    const before = openInstance(world);
    await callJobs(before);
    await before.close();
    await callJobs(openInstance(world));
    expect(world.as.count("token")).toBe(1);
  });

  it("renew a token in the background once for all", async () => {
    const world = await openWorld();
    const instances = Array.from({ length: 4 }, () => openInstance(world));
    await Promise.all(instances.map(callJobs));
    await settle();
    world.clock.advance(240_000);
    await Promise.all(instances.map(callJobs));
    const [old] = world.backend.requests.map(({ headers }) => headers.authorization);
    await soon(async () => {
      await Promise.all(instances.map(callJobs));
      const shown = world.backend.requests.slice(-4).map(({ headers }) => headers.authorization);
      expect([new Set(shown).size, shown.includes(old)]).toEqual([1, false]);
    });
    expect(world.as.count("token")).toBe(2);
  });

  it("take the place of a token that a backend refuses once for all", async () => {
    const world = await openWorld();
    const instances = Array.from({ length: 4 }, () => openInstance(world));
    await Promise.all(instances.map(callJobs));
    await settle();
    world.clock.advance(1_000);
    const [scheme, token = ""] = String(world.backend.request(0).headers.authorization).split(" ");
    expect(scheme).toBe("Bearer");
    world.backend.refuse(token, 'Bearer error="invalid_token"');
    const ends = await Promise.all(instances.map(callJobs));
    expect(ends.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(world.as.count("token")).toBe(2);
  });

  it("ask once for what is refused", async () => {
    const world = await openWorld();
    world.as.faults.always("token", fault.oauthError("invalid_scope"));
    const instances = Array.from({ length: 4 }, () => openInstance(world));
    const ends = await Promise.allSettled(instances.map(callJobs));
    const reasons = ends.map((end) => (end.status === "rejected" ? end.reason : undefined));
    expect(reasons).toMatchObject(Array(4).fill({ code: "BEHALF_TOKEN_REFUSED", error: "invalid_scope" }));
    expect(world.as.count("token")).toBe(1);
  });

  it("leave to each its own clock: one whose proofs are refused speaks for itself", async () => {
    const world = await openWorld();
    const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const dpop = { privateKey: privateKey.export({ type: "pkcs8", format: "pem" }).toString() };
    const wrong = createClock(world.clock.now() + 600_000);
    const [one, other] = [openInstance(world, { clock: wrong, dpop }), openInstance(world, { dpop })];
    expect(await one.service("jobs").get("/")).toMatchObject({ error: { error: "invalid_dpop_proof" } });
    await one.close();
    expect((await callJobs(other)).status).toBe(200);
  });

  it("use no token for longer because the clock of another one is ahead", async () => {
    const world = await openWorld();
    world.as.faults.always("token", fault.change({ access_token: "opaque" }));
    const records = recordEvents("behalf:call");
    await callJobs(openInstance(world, { clock: createClock(Date.now() + 3_600_000) }));
    await settle();
    await callJobs(openInstance(world, { clock: createClock(Date.now()) }));
    const [, second] = records;
    expect(second).toMatchObject({ tokenSource: "store" });
    expect(second?.tokenRemainingMs).toBeLessThanOrEqual(300_000);
    expect(second?.tokenRemainingMs).toBeGreaterThan(290_000);
  });
});

describe("an instance that ends", () => {
  it("lets what it writes come to its end", async () => {
    const world = await openWorld();
    const store = world.shared.connect();
    const write: SharedStore["write"] = async (...stored) => {
      await new Promise((resolve) => setTimeout(resolve, 100));
      return store.write(...stored);
    };
    const ending = openInstance(world, { store: { ...store, write } });
    await callJobs(ending);
    await ending.close();
    await callJobs(openInstance(world));
    expect(world.as.count("token")).toBe(1);
  });

  it("does not wait long for a store that hangs, and says nothing of it", async () => {
    const world = await openWorld();
    const states = recordEvents("behalf:state");
    const store = world.shared.connect();
    const ending = openInstance(world, { store: { ...store, write: () => new Promise(() => {}) } });
    await callJobs(ending);
    const startedAt = performance.now();
    await ending.close();
    expect(performance.now() - startedAt).toBeLessThan(1_500);
    expect(states).toEqual([]);
  });
});

describe("a shared store without a key", () => {
  it("is refused, by an error that names the setting", async () => {
    const world = await openWorld();
    const open = (): unknown => openInstance(world, { protection: {} });
    expect(open).toThrow(ConfigurationError);
    expect(open).toThrow(/encryptionKeys/);
  });

  it("is used where that was said", async () => {
    const world = await openWorld();
    const protection = { [allowUnencryptedStore]: true };
    await callJobs(openInstance(world, { protection }));
    await settle();
    await callJobs(openInstance(world, { protection }));
    expect(world.as.count("token")).toBe(1);
  });
});
