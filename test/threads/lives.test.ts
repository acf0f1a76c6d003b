import { createBehalf, type ServiceOptions } from "behalf";
import { describe, expect, it } from "vitest";
import { type Clock, createClock } from "../support/clock.ts";
import { closeAfterTest, receive, toRoot } from "../support/open-behalf.ts";
import { readClaims } from "../support/read-claims.ts";
import { recordEvents } from "../support/record-events.ts";
import { fault } from "../support/scripted-as.ts";
import { some } from "../support/some.ts";
import { type Servers, startAs, startOneBackend } from "../support/start-servers.ts";
import { the } from "../support/the.ts";

interface World extends Servers {
  readonly clock: Clock;
  /** The claim `exp` of an instant from now. */
  readonly endsIn: (seconds: number) => number;
}

async function startWorld(lifeSeconds = 300): Promise<World> {
  const clock = createClock();
  const endsIn = (seconds: number): number => clock.now() / 1000 + seconds;
  return { clock, endsIn, as: await startAs({ clock, lifeSeconds }), backend: await startOneBackend() };
}

type Setting = Omit<ServiceOptions<Record<never, never>>, "host">;

function open({ as, backend, clock }: World, setting: Setting = {}) {
  const host = backend.url;
  return closeAfterTest(
    createBehalf({
      ...toRoot(as),
      now: clock.now,
      services: {
        jobs: { host, grantType: "clientCredentials" },
        stock: { host, grantType: "tokenExchange", audience: the.audience, ...setting },
      },
    }),
  );
}

describe("a token of this API's own", () => {
  // https://github.com/spring-projects/spring-security/issues/7511
  it("is renewed before it ends, not after", async () => {
    const world = await startWorld();
    const jobs = open(world).service("jobs");
    const records = recordEvents("behalf:token");
    const steps = [
      [0, 1],
      [215, 1],
      [25, 2],
      [210, 2],
      [90, 3],
    ] as const;
    for (const [seconds, count] of steps) {
      world.clock.advance(seconds * 1000);
      await jobs.get("/").unwrap();
      await expect.poll(() => records.length).toBe(count);
    }
    expect(world.as.count("token")).toBe(3);
  });

  // https://github.com/quarkusio/quarkus/issues/14962
  it("is never refused for its age", async () => {
    const world = await startWorld();
    const { as, clock, backend: plain } = world;
    const verify = { jwksUri: as.jwksUri, issuer: as.issuer, audience: as.issuer, now: clock.now };
    const backend = await startOneBackend({ verify });
    const jobs = open({ ...world, backend }).service("jobs");
    for (let call = 0; call < 100; call += 1) {
      await jobs.get("/").unwrap();
      clock.advance(9_700);
    }
    expect([backend.requests.length, plain.requests.length]).toEqual([100, 0]);
    expect(as.count("token")).toBe(5);
  });

  // https://github.com/SAP/cloud-sdk-js/issues/3315
  it.each([
    [6, 1],
    [20, 1],
    [300, 7],
  ])("of %d seconds always has a margin of five when it is sent", async (life, step) => {
    const world = await startWorld(life);
    const jobs = open(world).service("jobs");
    const left: number[] = [];
    for (let call = 0; call < 100; call += 1) {
      await jobs.get("/").unwrap();
      left.push(Number(readClaims(world.backend.request().token).exp) - world.clock.now() / 1000);
      world.clock.advance(step * 1000);
    }
    expect(Math.min(...left)).toBeGreaterThan(5);
  });

  // https://github.com/AzureAD/microsoft-authentication-library-for-js/issues/6566
  it("is asked for once when it ends under many calls", async () => {
    const world = await startWorld();
    const { as, backend, clock } = world;
    const jobs = open(world).service("jobs");
    await jobs.get("/").unwrap();
    clock.advance(300_000);
    const gate = as.hold();
    const calls = Promise.all(Array.from({ length: 300 }, () => jobs.get("/").unwrap()));
    await gate.arrived();
    gate.release();
    await calls;
    expect(as.count("token")).toBe(2);
    expect(new Set(backend.requests.slice(1).map(({ token }) => token)).size).toBe(1);
  });
});

describe("a token on behalf of a caller", () => {
  // https://github.com/apache/polaris/pull/5039
  it("is not used after the caller's own has ended", async () => {
    const world = await startWorld(3_600);
    const { as, backend, clock, endsIn } = world;
    const behalf = open(world, { audienceGuard: "off" });
    const { run } = await receive(behalf, await as.issue(some.claims({ exp: endsIn(60) })));
    const call = () => run(() => behalf.service("stock").get("/"));
    await call().unwrap();
    clock.advance(40_000);
    await call().unwrap();
    expect(as.count("token")).toBe(1);
    clock.advance(21_000);
    expect(await call()).toMatchObject({ ok: false, error: { code: "BEHALF_TOKEN_REFUSED" } });
    expect([as.count("token"), backend.requests.length]).toEqual([2, 2]);
  });

  // https://github.com/initializ/forge/pull/381
  it("is asked for anew after the time that is allowed, so that a withdrawal counts", async () => {
    const world = await startWorld(3_600);
    const { as, backend, clock } = world;
    const behalf = open(world, { maxDelegatedTtlMs: 300_000 });
    const { run } = await receive(behalf, await as.issue(some.claims()));
    const call = () => run(() => behalf.service("stock").get("/"));
    await call().unwrap();
    as.faults.always("token", fault.oauthError("invalid_grant"));
    clock.advance(200_000);
    await call().unwrap();
    clock.advance(100_000);
    expect(await call()).toMatchObject({ ok: false, error: { code: "BEHALF_TOKEN_REFUSED", error: "invalid_grant" } });
    expect(backend.requests).toHaveLength(2);
  });
});

describe("two tokens of one call", () => {
  // https://github.com/SAP/cloud-sdk-js/issues/5131
  it.each([
    ["the actor's", "client_credentials", 60],
    ["the exchanged one", the.tokenExchangeGrant, 60],
  ] as const)("are each renewed in time, when %s ends first", async (_which, grant, life) => {
    const world = await startWorld();
    const { as, backend, clock, endsIn } = world;
    as.faults.when(
      ({ form }) => form.get("grant_type") === grant,
      async (usual, request, sign) =>
        fault.all(fault.claims({ exp: endsIn(life) }), fault.change({ expires_in: life }))(usual, request, sign),
    );
    const behalf = open(world, { actorToken: "clientCredentials" });
    const { run } = await receive(behalf, await as.issue(some.claims({ exp: endsIn(3_600) })));
    for (let minute = 0; minute < 12; minute += 0.5) {
      await run(() => behalf.service("stock").get("/").unwrap());
      expect(readClaims(backend.request().token).exp).toBeGreaterThan(endsIn(5));
      const actor = as.tokenRequests.findLast(({ form }) => form.has("actor_token"))?.form.get("actor_token");
      expect(actor).toBeDefined();
      clock.advance(30_000);
    }
    expect(as.count(({ form }) => form.get("grant_type") === "client_credentials")).toBeGreaterThan(1);
  });

  // https://github.com/SAP/cloud-sdk-js/issues/5131
  it("of which one is shared do not bring a dead one to the next caller", async () => {
    const world = await startWorld();
    const { as, clock, endsIn } = world;
    as.faults.when(
      ({ form }) => form.get("grant_type") === "client_credentials",
      (usual, request, sign) =>
        fault.all(fault.claims({ exp: endsIn(60) }), fault.change({ expires_in: 60 }))(usual, request, sign),
    );
    const behalf = open(world, { actorToken: "clientCredentials" });
    for (const sub of [the.alice, the.bob, "carol"]) {
      const { run } = await receive(behalf, await as.issue(some.claims({ sub })));
      await run(() => behalf.service("stock").get("/").unwrap());
      const { form } = as.tokenRequest();
      expect(readClaims(form.get("actor_token") ?? undefined).exp).toBeGreaterThan(endsIn(5));
      clock.advance(50_000);
    }
  });
});
