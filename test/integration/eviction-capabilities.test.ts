import { type Capability, createBehalf, type EvictOptions } from "behalf";
import { describe, expect, it } from "vitest";
import { createMemoryServer } from "../support/memory-shared-store.ts";
import { closeAfterTest, receive } from "../support/open-behalf.ts";
import type { Fault } from "../support/scripted-as.ts";
import { some } from "../support/some.ts";
import { the } from "../support/the.ts";
import { openDetach } from "./delegation/open-detach.ts";
import { openEvictions } from "./eviction-world.ts";

const refusal = expect.objectContaining({ name: "CapabilityError", reason: "evicted" });
const minuteMs = 60_000;
const encryptionKeys = [{ id: "a", key: "A".repeat(43) }];
/** Gives tokens that say nothing, for any subject token. */
const givesOpaque: Fault = (usual) => ({
  ...usual,
  status: 200,
  body: JSON.stringify(some.exchangeResponse({ access_token: crypto.randomUUID() })),
});

/** A capability of alice, of either kind, and what it may be used for. */
async function openCapability(refreshable: boolean) {
  const { world, behalf } = await openDetach();
  const alice = await world.receive(behalf, { sid: "s-1" });
  const options = { ttlMs: 2 * minuteMs, services: ["inventory"], refreshable };
  const capability = await alice.run(() => behalf.context.detach(options).unwrap());
  const call = (given: Capability | string = capability) =>
    behalf.runWith(given, async () => behalf.service("inventory").get("/"));
  return { world, behalf, alice, capability, call };
}

describe.each([
  ["the caller's token", false],
  ["a refresh token", true],
])("a capability that holds %s", (_kind, refreshable) => {
  it.each<EvictOptions<"inventory">>([
    { subject: the.alice },
    { sessionId: "s-1" },
    { subject: the.alice, sessionId: "s-1" },
  ])("is refused after an eviction: %o", async (options) => {
    const { world, behalf, capability, call } = await openCapability(refreshable);
    const text = capability.seal();
    expect(await call(text)).toMatchObject({ ok: true });
    world.clock.advance(minuteMs);
    const { length } = world.backend.requests;
    await behalf.evict(options);
    for (const given of [capability, text]) expect(() => call(given)).toThrow(refusal);
    expect(world.backend.requests).toHaveLength(length);
  });

  it.each<EvictOptions<"inventory">>([
    { subject: the.bob },
    { sessionId: "s-2" },
    { subject: the.alice, issuer: "https://other.example.com" },
    { subject: the.alice, service: "inventory" },
    { all: true },
  ])("stays after an eviction of something else: %o", async (options) => {
    const { behalf, call } = await openCapability(refreshable);
    await behalf.evict(options);
    expect(await call()).toMatchObject({ ok: true });
  });

  it("ends in the middle of its work", async () => {
    const { behalf, capability } = await openCapability(refreshable);
    const results = await behalf.runWith(capability, async () => {
      const first = await behalf.service("inventory").get("/");
      await behalf.evict({ subject: the.alice });
      return [first, await behalf.service("inventory").get("/")];
    });
    expect(results).toMatchObject([{ ok: true }, { ok: false, error: refusal }]);
  });

  it("has what was obtained with it dropped", async () => {
    const { behalf, call } = await openCapability(refreshable);
    await call();
    const held = refreshable ? 2 : 1;
    expect(behalf.stats().tokens.entries).toBe(held);
    expect(await behalf.evict({ subject: the.alice })).toMatchObject({ tokens: held });
  });
});

describe("a capability", () => {
  it("is refused with the token that it was made of", async () => {
    const { behalf, alice, call } = await openCapability(false);
    await behalf.inbound.evict({ token: alice.context.caller?.token ?? "" });
    expect(() => call()).toThrow(refusal);
  });

  it("is good when it is made after the eviction", async () => {
    const { world, behalf } = await openCapability(false);
    await behalf.evict({ subject: the.alice });
    world.clock.advance(1_000);
    const later = await world.receive(behalf);
    const made = await later.run(() => behalf.context.detach({ ttlMs: minuteMs, services: ["inventory"] }).unwrap());
    expect(await behalf.runWith(made.seal(), async () => behalf.service("inventory").get("/"))).toMatchObject({
      ok: true,
    });
  });

  it("is refused where it was made in a request that was under way during the eviction", async () => {
    const { world, behalf, alice } = await openCapability(false);
    await behalf.evict({ subject: the.alice });
    world.clock.advance(2_000);
    const made = await alice.run(() => behalf.context.detach({ ttlMs: minuteMs, services: ["inventory"] }).unwrap());
    expect(() => behalf.runWith(made.seal(), () => 1)).toThrow(refusal);
  });

  it("is refused by the first call of a process that has just begun", async () => {
    const shared = createMemoryServer();
    const { behalf, settings, requestOf } = await openEvictions({ encryptionKeys, store: shared.connect() });
    const alice = await requestOf(the.alice);
    const options = { ttlMs: minuteMs, services: ["inventory"] };
    const text = await alice.run(async () => (await behalf.context.detach(options).unwrap()).seal());
    expect(await behalf.evict({ subject: the.alice })).toMatchObject({ everywhere: true });
    shared.faults.delayMs = 50;
    const other = closeAfterTest(createBehalf({ ...settings, encryptionKeys, store: shared.connect() }));
    const result = await other.runWith(text, async () => other.service("inventory").get("/"));
    expect(result).toMatchObject({ ok: false, error: refusal });
  });
});

describe("a capability of a caller whose token says nothing", () => {
  const settings = { encryptionKeys, inbound: { audience: the.clientId, type: "introspection" } } as const;

  /** Alice, and a way to a capability of hers. */
  async function openOpaque(claims: object = {}) {
    const opened = await openEvictions(settings);
    const { as, behalf } = opened;
    as.faults.always("token", givesOpaque);
    const alice = await receive(behalf, as.issueOpaque({ ...some.claims(), ...claims }));
    const options = { ttlMs: minuteMs, services: ["inventory"] };
    const detach = () => alice.run(async () => (await behalf.context.detach(options).unwrap()).seal());
    return { ...opened, detach };
  }

  it("has what another instance obtained with it dropped, by her name", async () => {
    const { settings: shared, detach } = await openOpaque();
    const worker = closeAfterTest(createBehalf({ ...shared, ...settings }));
    await worker.runWith(await detach(), () => worker.service("inventory").get("/").unwrap());
    expect(await worker.evict({ subject: the.alice, service: "inventory" })).toMatchObject({ tokens: 1 });
    expect(worker.stats().tokens.entries).toBe(0);
  });

  it("is refused where it was made after an eviction of a token that does not say when it was issued", async () => {
    const { behalf, clock, detach } = await openOpaque({ iat: undefined });
    await behalf.evict({ subject: the.alice });
    clock.advance(2_000);
    const text = await detach();
    expect(() => behalf.runWith(text, () => 1)).toThrow(refusal);
  });
});

describe("a capability whose refresh token brings tokens that say nothing", () => {
  it("has what was obtained with it dropped, by the name of its caller", async () => {
    const { world, behalf, call } = await openCapability(true);
    world.as.faults.always("token", givesOpaque);
    expect(await call()).toMatchObject({ ok: true });
    expect(await behalf.evict({ subject: the.alice, service: "inventory" })).toMatchObject({ tokens: 1 });
    expect(behalf.stats().tokens.entries).toBe(1);
  });
});

describe("an authorization server that ends a session", () => {
  const events = { "http://schemas.openid.net/event/backchannel-logout": {} };

  it.each([
    ["of a subject", { sub: the.alice }],
    ["by its name", { sid: "s-1" }],
  ])("has what was obtained in it dropped: %s", async (_case, named) => {
    const inbound = { audience: the.clientId, backchannelLogout: true };
    const { as, behalf, requestOf, asks } = await openEvictions({ inbound });
    const [alice, bob] = [await requestOf(the.alice, { sid: "s-1" }), await requestOf(the.bob, { sid: "s-2" })];
    expect([await asks(alice, "inventory"), await asks(bob, "inventory")]).toEqual([1, 1]);
    const claims = { jti: crypto.randomUUID(), events, scope: undefined, client_id: undefined, sub: undefined };
    await behalf.inbound.logOut(await as.issue(some.claims({ ...claims, ...named }), { typ: "logout+jwt" }));
    expect(behalf.stats().tokens.entries).toBe(1);
    expect([await asks(alice, "inventory"), await asks(bob, "inventory")]).toEqual([1, 0]);
    await expect(receive(behalf, await as.issue(some.claims({ sid: "s-1" })))).rejects.toMatchObject({
      reason: "revoked",
    });
  });
});
