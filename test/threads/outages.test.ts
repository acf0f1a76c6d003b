import { createBehalf } from "behalf";
import { describe, expect, it } from "vitest";
import { type Clock, createClock } from "../support/clock.ts";
import { closeAfterTest, toRoot } from "../support/open-behalf.ts";
import { readClaims } from "../support/read-claims.ts";
import { recordEvents } from "../support/record-events.ts";
import { fault, type ScriptedAs } from "../support/scripted-as.ts";
import { some } from "../support/some.ts";
import { bearer, startApi } from "../support/start-api.ts";
import { type Servers, startAs, startOneBackend } from "../support/start-servers.ts";
import { the } from "../support/the.ts";

interface World extends Servers {
  readonly clock: Clock;
}

async function startWorld(): Promise<World> {
  const clock = createClock();
  return { clock, as: await startAs({ clock }), backend: await startOneBackend() };
}

function open(
  { as, backend, clock }: World,
  changes: { readonly authority?: string; readonly clientSecret?: string } = {},
) {
  const host = backend.url;
  return closeAfterTest(
    createBehalf({
      ...toRoot(as),
      ...changes,
      now: clock.now,
      services: { jobs: { host, grantType: "clientCredentials" }, weather: { host } },
    }),
  );
}

/** From here on, whoever asks for anything gets no byte. */
function takeDown({ faults }: ScriptedAs): void {
  for (const endpoint of ["metadata", "jwks", "token"] as const) faults.always(endpoint, fault.drop());
}

describe("a server that hangs", () => {
  // https://github.com/spring-projects/spring-security/issues/9114
  // https://github.com/spring-projects/spring-security/issues/16389
  it("ends the call in time by a typed error and a record, wherever it hangs", async () => {
    const worlds = await Promise.all([startWorld(), startWorld()]);
    const records = recordEvents("behalf:token");
    const endpoints = ["metadata", "token"] as const;
    const outcomes = await Promise.all(
      worlds.map((world, index) => {
        world.as.faults.always(endpoints[index] ?? "token", fault.hang());
        return open(world).service("jobs").get("/");
      }),
    );
    const failed = { ok: false, error: { code: "BEHALF_TOKEN_TIMEOUT", client: the.clientId } };
    expect(outcomes).toMatchObject([failed, failed]);
    expect(records).toMatchObject([{ error: "BEHALF_TOKEN_TIMEOUT" }, { error: "BEHALF_TOKEN_TIMEOUT" }]);
    expect(worlds.flatMap(({ backend }) => backend.requests)).toEqual([]);
  });
});

describe("a server that is down at the start", () => {
  // https://github.com/quarkusio/quarkus/issues/39293
  it("does not keep the API from starting, nor from going on when it is there", async () => {
    const world = await startWorld();
    takeDown(world.as);
    const behalf = open(world);
    const url = await startApi(behalf, (app) => {
      const config = { behalf: { anonymous: true } };
      app.get("/weather", { config }, () => behalf.service("weather").get("/").json().unwrap());
      app.get("/jobs", { config }, () => behalf.service("jobs").get("/").json().unwrap());
      app.get("/caller", () => "ok");
    });
    const visit = async (path: string, headers = {}): Promise<number> =>
      (await fetch(`${url}${path}`, { headers })).status;
    const caller = bearer(await world.as.issue(some.claims()));
    expect([await visit("/weather"), await visit("/jobs"), await visit("/caller", caller)]).toEqual([200, 503, 503]);
    world.as.faults.clear();
    world.clock.advance(2_000);
    expect([await visit("/weather"), await visit("/jobs"), await visit("/caller", caller)]).toEqual([200, 200, 200]);
  });

  // https://github.com/quarkusio/quarkus/issues/39293
  it("is a typed error of the call, where nobody listens at all", async () => {
    const outcome = await open(await startWorld(), { authority: "http://127.0.0.1:1" })
      .service("jobs")
      .get("/");
    expect(outcome).toMatchObject({
      ok: false,
      error: { code: "BEHALF_TOKEN_UNREACHABLE", cause: { code: "ECONNREFUSED" } },
    });
  });

  // https://github.com/quarkusio/quarkus/issues/32480
  it.each([
    { what: "is down", clientSecret: the.clientSecret, status: 503, prepare: takeDown },
    { what: "refuses our credentials", clientSecret: "wrong", status: 500, prepare: () => {} },
  ])("and $what, gives our caller a status and the backend nothing", async ({ clientSecret, status, prepare }) => {
    const world = await startWorld();
    prepare(world.as);
    const behalf = open(world, { clientSecret });
    const url = await startApi(behalf, (app) =>
      app.get("/", { config: { behalf: { anonymous: true } } }, () => behalf.service("jobs").get("/").json().unwrap()),
    );
    const response = await fetch(url);
    expect([response.status, await response.json()]).toMatchObject([status, { status }]);
    expect(world.backend.requests).toHaveLength(0);
  });
});

describe("a server that goes down later", () => {
  // https://github.com/envoyproxy/envoy/issues/44674
  it("never makes us send a token that has expired", async () => {
    const world = await startWorld();
    const { as, backend, clock } = world;
    const jobs = open(world).service("jobs");
    await jobs.get("/").unwrap();
    takeDown(as);
    const ends: boolean[] = [];
    for (const seconds of [270, 20, 4, 2, 4, 60]) {
      clock.advance(seconds * 1000);
      ends.push((await jobs.get("/", { query: { at: clock.now() } })).ok);
    }
    expect(ends).toEqual([true, true, true, false, false, false]);
    for (const { token, query } of backend.requests.slice(1)) {
      expect(Number(readClaims(token).exp) * 1000).toBeGreaterThan(Number(query.get("at")));
    }
    as.faults.clear();
    clock.advance(2_000);
    expect(await jobs.get("/")).toMatchObject({ ok: true });
  });

  // https://github.com/envoyproxy/envoy/issues/42009
  it.each([
    ["half of an answer", fault.malformedJson()],
    ["a page", fault.html()],
    ["no token", fault.change({ access_token: undefined })],
    ["an empty token", fault.change({ access_token: "" })],
  ])("and gives %s, is asked again by the next call", async (_what, bad) => {
    const world = await startWorld();
    const jobs = open(world).service("jobs");
    world.as.faults.next("token", bad);
    expect(await jobs.get("/")).toMatchObject({ ok: false, error: { code: "BEHALF_TOKEN_UNREADABLE" } });
    expect(await jobs.get("/")).toMatchObject({ ok: true });
    expect([world.as.count("token"), world.backend.requests.length]).toEqual([2, 1]);
  });
});
