import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { openRequest, receive } from "../../support/open-behalf.ts";
import { readClaims } from "../../support/read-claims.ts";
import { showDeeply } from "../../support/recording-logger.ts";
import { some } from "../../support/some.ts";
import { the } from "../../support/the.ts";
import { createEncryptionKey, flipBit, openDetach, openDetached } from "./open-detach.ts";

const refusal = (reason: string) => ({ name: "CapabilityError", code: "BEHALF_CAPABILITY_REFUSED", reason });

describe("a capability", () => {
  it("acts on behalf of the caller after the request", async () => {
    const { behalf, world, detach } = await openDetach();
    const capability = await detach(["inventory", "gateway"]);
    await behalf.runWith(capability, () => behalf.service("inventory").get("/").unwrap());
    expect(readClaims(world.backend.request().token)).toMatchObject({ sub: the.alice, aud: the.audience });
    await behalf.runWith(capability.seal(), () => behalf.service("gateway").get("/").unwrap());
    expect(readClaims(world.backend.request().token)).toMatchObject({ sub: the.alice, aud: the.clientId });
  });

  it("is for the endpoints of its services too", async () => {
    const { behalf, detach } = await openDetach();
    const call = behalf.runWith(await detach(), () => behalf.service("inventory").endpoint("item").get());
    expect(await call).toMatchObject({ ok: true });
  });

  it("asks for nothing before it is used", async () => {
    const { world, detach } = await openDetach();
    await detach();
    world.expectSilence();
  });

  it("ends with the caller's token at the latest", async () => {
    const { behalf, world } = await openDetach();
    const alice = await world.receive(behalf, { exp: world.clock.now() / 1000 + 60 });
    const options = { ttlMs: 3_600_000, services: ["inventory"] };
    const capability = await alice.run(() => behalf.context.detach(options).unwrap());
    expect(capability.expiresAt.getTime()).toBe(world.clock.now() + 60_000);
  });

  it("does not show its token to those who print it", async () => {
    const { behalf, world } = await openDetach();
    const alice = await world.receive(behalf);
    const token = alice.context.caller?.token?.value() ?? "";
    const capability = await alice.run(() => behalf.context.detach({ ttlMs: 1_000, services: ["inventory"] }).unwrap());
    const shown = [showDeeply(capability), String(capability), inspect({ capability }), capability.seal()].join();
    expect(shown).not.toContain(token);
    expect(shown).not.toContain(token.split(".").at(-1));
    expect(inspect(capability)).toBe("Capability [redacted]");
  });

  it.each([
    ["a person", {}, the.tokenExchangeGrant],
    ["a system", { idtyp: "app" }, the.clientCredentialsGrant],
  ])("remembers that it was given by %s", async (_case, claims, grant) => {
    const { behalf, world } = await openDetach();
    const request = await world.receive(behalf, claims);
    const capability = await request.run(() => behalf.context.detach({ ttlMs: 1_000, services: ["depends"] }).unwrap());
    await behalf.runWith(capability.seal(), () => behalf.service("depends").get("/").unwrap());
    expect(world.as.tokenRequest().form.get("grant_type")).toBe(grant);
  });

  it("does not act for the request that it is used in", async () => {
    const { behalf, world, detach } = await openDetach();
    const bob = await receive(behalf, await world.as.issue(some.claims({ sub: the.bob })));
    const capability = await detach();
    await bob.run(async () => {
      await behalf.runWith(capability, () => behalf.service("inventory").get("/").unwrap());
      await behalf.service("inventory").get("/").unwrap();
    });
    expect(world.backend.requests.map(({ token }) => readClaims(token).sub)).toEqual([the.alice, the.bob]);
  });
});

describe("a capability is not used", () => {
  it.each(["shipping", "own", "gateway", "depends"] as const)("for another service: %s", async (name) => {
    const { behalf, world, detach } = await openDetach();
    const capability = await detach();
    for (const given of [capability, capability.seal()]) {
      const outcome = await behalf.runWith(given, async () => behalf.service(name).get("/"));
      expect(outcome).toMatchObject({ ok: false, error: refusal("service") });
    }
    world.expectSilence();
  });

  it("after its time", async () => {
    const { behalf, world, detach } = await openDetach();
    const capability = await detach();
    const text = capability.seal();
    const outcome = await behalf.runWith(capability, async () => {
      world.clock.advance(120_000);
      return behalf.service("inventory").get("/");
    });
    expect(outcome).toMatchObject({ ok: false, error: refusal("expired") });
    for (const given of [capability, text]) {
      expect(() => behalf.runWith(given, () => {})).toThrow(expect.objectContaining(refusal("expired")));
    }
    world.expectSilence();
  });

  it("after its time, though a token is in memory", async () => {
    const { behalf, world, detach } = await openDetach();
    const outcome = await behalf.runWith(await detach(), async () => {
      await behalf.service("inventory").get("/").unwrap();
      world.clock.advance(120_000);
      return behalf.service("inventory").get("/");
    });
    expect(outcome).toMatchObject({ ok: false, error: refusal("expired") });
    expect(world.backend.requests).toHaveLength(1);
  });

  it("by an instance of another authorization server", async () => {
    const { world, settings, detach } = await openDetach();
    const capability = await detach();
    const { as } = await (await openDetach()).world;
    const other = openDetached(world, { ...settings, authority: as.issuer });
    for (const given of [capability, capability.seal()]) {
      expect(() => other.runWith(given, () => {})).toThrow(expect.objectContaining(refusal("issuer")));
    }
  });

  it("by another client", async () => {
    const { world, settings, detach } = await openDetach();
    const capability = await detach();
    const other = openDetached(world, { ...settings, clientId: the.otherClientId });
    for (const given of [capability, capability.seal()]) {
      expect(() => other.runWith(given, () => {})).toThrow(expect.objectContaining(refusal("client")));
    }
  });

  it("with one bit changed, anywhere", async () => {
    const { behalf, world, detach } = await openDetach();
    const text = (await detach()).seal();
    // The last character of base64url can hold bits that say nothing: it is left out.
    const changed = Array.from({ length: text.length - 1 }, (_, index) => flipBit(text, index));
    for (const given of [...changed, text.slice(0, -2), `${text}AA`, "", "k1.", "a.b.c"]) {
      expect(() => behalf.runWith(given, () => {})).toThrow(expect.objectContaining(refusal("unreadable")));
    }
    world.expectSilence();
  });

  it("as a text without keys", async () => {
    const { world, detach } = await openDetach();
    const text = (await detach()).seal();
    const { encryptionKeys: _, ...settings } = (await openDetach()).settings;
    const keyless = openDetached(world, settings);
    expect(() => keyless.runWith(text, () => {})).toThrow(expect.objectContaining(refusal("unsealable")));
    const alice = await world.receive(keyless);
    const capability = await alice.run(() => keyless.context.detach({ ttlMs: 1, services: ["inventory"] }).unwrap());
    expect(() => capability.seal()).toThrow(expect.objectContaining(refusal("unsealable")));
  });
});

describe("a sealed capability", () => {
  it("is opened by another instance with the same keys", async () => {
    const { world, settings, detach } = await openDetach();
    const text = (await detach()).seal();
    const worker = openDetached(world, settings);
    await worker.runWith(text, () => worker.service("inventory").get("/").unwrap());
    expect(readClaims(world.backend.request().token).sub).toBe(the.alice);
  });

  it.each([
    ["of the same id", "k1"],
    ["of another id", "k9"],
  ])("is not opened by a key %s", async (_case, id) => {
    const { world, settings, detach } = await openDetach();
    const text = (await detach()).seal();
    const worker = openDetached(world, { ...settings, encryptionKeys: [createEncryptionKey(id)] });
    expect(() => worker.runWith(text, () => {})).toThrow(expect.objectContaining(refusal("unreadable")));
  });

  it("outlives a change of keys as long as the old one opens", async () => {
    const { world, settings, detach } = await openDetach();
    const text = (await detach()).seal();
    const newer = createEncryptionKey("k2");
    const between = openDetached(world, { ...settings, encryptionKeys: [newer, ...settings.encryptionKeys] });
    const after = openDetached(world, { ...settings, encryptionKeys: [newer] });
    await between.runWith(text, () => between.service("inventory").get("/").unwrap());
    expect(() => after.runWith(text, () => {})).toThrow(expect.objectContaining(refusal("unreadable")));
    const alice = await world.receive(between);
    const options = { ttlMs: 1_000, services: ["inventory"] };
    const sealed = await alice.run(async () => (await between.context.detach(options).unwrap()).seal());
    await after.runWith(sealed, () => after.service("inventory").get("/").unwrap());
    expect(world.backend.requests).toHaveLength(2);
  });
});

describe("nobody detaches", () => {
  const options = { ttlMs: 1_000, services: ["inventory", "shipping", "own"] };

  it("outside of a request", async () => {
    const { behalf } = await openDetach();
    const outcome = await behalf.context.detach(options);
    expect(outcome).toMatchObject({ ok: false, error: { code: "BEHALF_CONTEXT_MISSING" } });
  });

  it("in a request without a caller", async () => {
    const { behalf } = await openDetach();
    const outcome = await openRequest(behalf).run(() => behalf.context.detach(options));
    expect(outcome).toMatchObject({ ok: false, error: { code: "BEHALF_CALLER_TOKEN_MISSING" } });
  });

  it("under a capability, for more or for longer", async () => {
    const { behalf, detach } = await openDetach();
    const outcome = await behalf.runWith(await detach(), () => behalf.context.detach(options));
    expect(outcome).toMatchObject({ ok: false, error: { code: "BEHALF_CONTEXT_MISSING" } });
  });

  it("while this API acts as itself", async () => {
    const { behalf, world } = await openDetach();
    const alice = await world.receive(behalf);
    const outcome = await alice.run(() => behalf.asService(() => behalf.context.detach(options)));
    expect(outcome).toMatchObject({ ok: false, error: { code: "BEHALF_CONTEXT_MISSING" } });
  });

  it.each([
    ["detach.services", { ttlMs: 1_000, services: [] }],
    ["detach.services", { ttlMs: 1_000, services: ["inventory", "nowhere"] }],
    ["detach.ttlMs", { ttlMs: 0, services: ["inventory"] }],
    ["detach.ttlMs", { ttlMs: Number.NaN, services: ["inventory"] }],
    ["detach.ttlMs", { ttlMs: Number.POSITIVE_INFINITY, services: ["inventory"] }],
  ])("without good %s: %j", async (configPath, wrong) => {
    const { behalf, world } = await openDetach();
    const alice = await world.receive(behalf);
    const outcome = await alice.run(() => behalf.context.detach(wrong));
    expect(outcome).toMatchObject({ ok: false, error: { code: "BEHALF_CONFIG_INVALID", configPath } });
  });
});
