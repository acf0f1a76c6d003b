import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { fault } from "../support/scripted-as.ts";
import { answer } from "../support/scripted-backend.ts";
import { the } from "../support/the.ts";
import { openEvictions } from "./eviction-world.ts";

/** In the last quarter of five minutes, whatever the chance. */
const renewalWindowMs = 235_000;

describe("a token that is fetched while it is evicted", () => {
  it.each([
    ["its subject", { subject: the.alice }],
    ["its service", { service: "inventory" }],
    ["all", { all: true }],
  ] as const)("serves those who wait for it and is not kept: %s", async (_case, options) => {
    const { as, behalf, requestOf, asks } = await openEvictions();
    const alice = await requestOf(the.alice);
    const gate = as.hold();
    const call = alice.run(() => behalf.service("inventory").get("/").unwrap());
    await gate.arrived();
    expect(await behalf.evict(options)).toMatchObject({ tokens: 0 });
    gate.release();
    expect((await call).status).toBe(200);
    expect(behalf.stats().tokens.entries).toBe(0);
    expect([await asks(alice, "inventory"), await asks(alice, "inventory")]).toEqual([1, 0]);
  });

  it("is not waited for by those who come after the eviction", async () => {
    const { as, behalf, requestOf } = await openEvictions();
    const alice = await requestOf(the.alice);
    const gate = as.hold();
    const call = () => alice.run(() => behalf.service("inventory").get("/").unwrap());
    const early = call();
    await gate.arrived();
    await behalf.evict({ subject: the.alice });
    const late = [call(), call()];
    await gate.arrived(2);
    gate.release();
    await Promise.all([early, ...late]);
    expect(as.count("token")).toBe(2);
    expect(behalf.stats()).toMatchObject({ flights: 0, tokens: { entries: 1 } });
  });

  it("is kept where the eviction is about somebody else", async () => {
    const { as, behalf, requestOf, asks } = await openEvictions();
    const alice = await requestOf(the.alice);
    const gate = as.hold();
    const call = alice.run(() => behalf.service("inventory").get("/").unwrap());
    await gate.arrived();
    await behalf.evict({ subject: the.bob });
    await behalf.evict({ service: "shipping" });
    const joining = alice.run(() => behalf.service("inventory").get("/").unwrap());
    gate.release();
    await Promise.all([call, joining]);
    expect([as.count("token"), await asks(alice, "inventory")]).toEqual([1, 0]);
  });

  it("comes by a renewal in the background, and is not kept either", async () => {
    const { as, clock, behalf, requestOf, asks } = await openEvictions();
    const alice = await requestOf(the.alice, { exp: clock.now() / 1000 + 3_600 });
    await asks(alice, "inventory");
    clock.advance(renewalWindowMs);
    const gate = as.hold();
    await asks(alice, "inventory");
    await gate.arrived();
    expect(await behalf.evict({ subject: the.alice })).toMatchObject({ tokens: 1 });
    gate.release();
    await expect.poll(() => behalf.stats().flights).toBe(0);
    await expect.poll(() => as.count("token")).toBe(2);
    expect(behalf.stats().tokens.entries).toBe(0);
    expect(await asks(alice, "inventory")).toBe(1);
  });
});

describe("a token that a backend refused", () => {
  it.each([
    ["is served while there is no other one", { subject: the.bob }, true],
    ["is not served any more when it is evicted meanwhile", { subject: the.alice }, false],
  ] as const)("%s", async (_case, options, isServed) => {
    const { as, backend, behalf, requestOf, asks } = await openEvictions();
    const alice = await requestOf(the.alice);
    await asks(alice, "inventory");
    backend.next(answer.status(401, { "www-authenticate": 'Bearer error="invalid_token"' }));
    as.faults.always("token", fault.drop());
    const gate = as.hold();
    const call = () => alice.run(async () => behalf.service("inventory").get("/"));
    const refused = call();
    await gate.arrived();
    const other = call();
    await turn();
    await behalf.evict(options);
    gate.release();
    await refused;
    expect(await other).toMatchObject({ ok: isServed });
    expect(backend.requests).toHaveLength(isServed ? 3 : 2);
  });
});
