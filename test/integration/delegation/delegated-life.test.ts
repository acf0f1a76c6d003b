import { createBehalf } from "behalf";
import { describe, expect, it } from "vitest";
import { listenTo } from "../../support/channel-records.ts";
import { closeAfterTest } from "../../support/open-behalf.ts";
import { fault } from "../../support/scripted-as.ts";
import { exchanging, openWorld, type World } from "./open-world.ts";

function open(world: World, auth: { readonly maxDelegatedTtlMs?: number } = {}) {
  const { url: host } = world.backend;
  const services = {
    inventory: { host, ...exchanging, ...auth },
    own: { host, grantType: "clientCredentials", ...auth },
  } as const;
  return closeAfterTest(createBehalf({ ...world.root, services }));
}

const endsIn = ({ clock }: World, seconds: number) => ({ exp: clock.now() / 1000 + seconds });

describe("a token on behalf of a caller", () => {
  // apache/polaris#5039: a token on behalf of somebody was used after the somebody's own had ended.
  it("does not outlive the caller's token", async () => {
    const world = await openWorld();
    const behalf = open(world);
    const records = listenTo("behalf:token");
    const alice = await world.receive(behalf, endsIn(world, 60));
    const call = async () => alice.run(() => behalf.service("inventory").get("/"));
    expect(await call()).toMatchObject({ ok: true });
    expect(records()).toMatchObject([{ livesMs: 60_000 }]);
    world.clock.advance(61_000);
    expect(await call()).toMatchObject({ ok: false, error: { code: "BEHALF_TOKEN_REFUSED" } });
    expect(world.backend.requests).toHaveLength(1);
  });

  // apache/polaris#5039
  it("does not outlive the caller's token, whatever the server says", async () => {
    const world = await openWorld();
    const behalf = open(world);
    const alice = await world.receive(behalf, endsIn(world, 60));
    world.as.faults.next("token", fault.all(fault.change({ expires_in: 86_400 }), fault.claims(endsIn(world, 86_400))));
    world.as.faults.next("token", fault.oauthError("invalid_request"));
    const call = async () => alice.run(() => behalf.service("inventory").get("/"));
    expect(await call()).toMatchObject({ ok: true });
    world.clock.advance(61_000);
    expect(await call()).toMatchObject({ ok: false });
  });

  // initializ/forge#381: somebody who was locked out could go on as long as the token lived.
  it("is asked for anew after maxDelegatedTtlMs", async () => {
    const world = await openWorld();
    const behalf = open(world, { maxDelegatedTtlMs: 30_000 });
    const records = listenTo("behalf:token");
    const alice = await world.receive(behalf);
    const call = async () => alice.run(() => behalf.service("inventory").get("/"));
    for (const advanceMs of [0, 20_000, 11_000]) {
      world.clock.advance(advanceMs);
      expect(await call()).toMatchObject({ ok: true });
    }
    expect(records()).toMatchObject([{ livesMs: 30_000 }, { livesMs: 30_000 }]);
    world.clock.advance(31_000);
    world.as.faults.always("token", fault.oauthError("invalid_grant"));
    expect(await call()).toMatchObject({ ok: false, error: { error: "invalid_grant" } });
  });

  // initializ/forge#381
  it("ends after maxDelegatedTtlMs though the server is away", async () => {
    const world = await openWorld();
    const behalf = open(world, { maxDelegatedTtlMs: 30_000 });
    const alice = await world.receive(behalf);
    const call = async () => alice.run(() => behalf.service("inventory").get("/"));
    expect(await call()).toMatchObject({ ok: true });
    world.as.faults.always("token", fault.status(503));
    world.clock.advance(31_000);
    expect(await call()).toMatchObject({ ok: false, error: { code: "BEHALF_TOKEN_UNREACHABLE" } });
    expect(world.backend.requests).toHaveLength(1);
  });
});

describe("a token of this API itself", () => {
  it("is not shortened by maxDelegatedTtlMs", async () => {
    const world = await openWorld();
    const behalf = open(world, { maxDelegatedTtlMs: 30_000 });
    for (const advanceMs of [0, 31_000]) {
      world.clock.advance(advanceMs);
      expect(await behalf.service("own").get("/")).toMatchObject({ ok: true });
    }
    expect(world.as.count("token")).toBe(1);
  });
});
