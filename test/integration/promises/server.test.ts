import { createBehalf, fromProvider, type ServiceOptions, toProblem } from "behalf";
import { describe, expect, it } from "vitest";
import { createClock } from "../../support/clock.ts";
import { closeAfterTest, toRoot } from "../../support/open-behalf.ts";
import { recordEvents } from "../../support/record-events.ts";
import { fault } from "../../support/scripted-as.ts";
import { answer } from "../../support/scripted-backend.ts";
import { startAs, startServers } from "../../support/start-servers.ts";
import { the } from "../../support/the.ts";
import { type End, openPromises, type PromisedApi } from "./open-promises.ts";

const second = 1_000;
const people = (count: number): readonly string[] => Array.from({ length: count }, (_, index) => `person-${index}`);
const callAll = ({ call }: PromisedApi, who: readonly string[]): Promise<readonly End[]> =>
  Promise.all(who.map((person) => call(person)));
const countOf = (ends: readonly End[], end: End): number => ends.filter((one) => one === end).length;

describe("AS unreachable, token still good", () => {
  it("serves it to its last safe second, and tells once of each change", async () => {
    const api = await openPromises();
    const { as, backend, clock, logger, kill, revive } = api;
    const states = recordEvents("behalf:state");
    const who = people(5);
    await callAll(api, who);
    const before = as.count("token");
    clock.advance(225 * second);
    kill();
    const ends: End[] = [];
    for (let call = 0; call < 400; call += 1) {
      ends.push(await api.call(who[call % 5] ?? ""));
      clock.advance(170);
    }
    expect(countOf(ends, 200)).toBe(400);
    expect(backend.requests).toHaveLength(405);
    expect(as.count("token") - before).toBeLessThan(45);
    expect(states).toMatchObject([{ state: "unreachable" }]);
    revive();
    clock.advance(10 * second);
    await callAll(api, who);
    await expect.poll(() => states).toMatchObject([{ state: "unreachable" }, { state: "reachable" }]);
    expect(logger.lines.filter(({ message }) => message === "state changed")).toHaveLength(2);
  });

  it("renews in the background, once for each token, when it is back", async () => {
    const api = await openPromises();
    const { as, clock, kill, revive } = api;
    const who = people(30);
    await callAll(api, who);
    clock.advance(235 * second);
    kill();
    await callAll(api, who);
    revive();
    const before = as.count("token");
    for (let step = 0; step < 50; step += 1) {
      clock.advance(second);
      await callAll(api, who);
    }
    await expect.poll(() => as.count("token") - before).toBe(30);
    clock.advance(20 * second);
    expect(countOf(await callAll(api, who), 200)).toBe(30);
    expect(as.count("token") - before).toBe(30);
  });
});

describe("a renewal in the background", () => {
  it("is asked for by the secret that its source holds by then", async () => {
    const clock = createClock();
    const { as, backend } = await startServers({ clock });
    let secret: string = the.clientSecret;
    const clientSecret = fromProvider(() => secret);
    const services = { jobs: { host: backend.url, grantType: "clientCredentials" } } as const;
    const behalf = closeAfterTest(createBehalf({ ...toRoot(as), clientSecret, now: clock.now, services }));
    const records = recordEvents("behalf:token");
    await behalf.service("jobs").get("/").unwrap();
    secret = "another";
    as.setClient(the.clientId, { clientSecret: secret });
    clock.advance(235 * second);
    await behalf.service("jobs").get("/").unwrap();
    await expect.poll(() => records.length).toBe(2);
    expect(records[1]).toMatchObject({ source: "background", error: undefined });
    expect(as.count("token")).toBe(2);
  });
});

describe("AS unreachable, no token", () => {
  it("fails in time, by a 503 that says when to come again", async () => {
    const api = await openPromises();
    api.kill();
    const startedAt = performance.now();
    const error = await api.failureOf(the.alice, "jobs");
    expect(performance.now() - startedAt).toBeLessThan(5 * second);
    expect(error).toMatchObject({ code: "BEHALF_TOKEN_UNREACHABLE" });
    const problem = error && toProblem(error, { messageId: "1" });
    expect([problem?.status, problem?.headers["retry-after"]]).toEqual([503, "2"]);
    expect(api.backend.requests).toEqual([]);
  });

  it("does not ask again for two seconds", async () => {
    const api = await openPromises();
    await api.call(the.bob);
    api.kill();
    const before = api.as.count("token");
    await api.call(the.alice);
    const asked = api.as.count("token");
    api.clock.advance(1_999);
    const error = await api.failureOf(the.alice);
    expect(error).toMatchObject({ code: "BEHALF_TOKEN_UNREACHABLE", retryAfterMs: 1 });
    expect([asked - before, api.as.count("token") - before]).toEqual([2, 2]);
  });
});

describe("AS says no to this subject", () => {
  it("gives its error, and asks for this one token no more for ten seconds", async () => {
    const api = await openPromises();
    api.as.faults.next("token", fault.oauthError("invalid_grant"));
    const expected = {
      code: "BEHALF_TOKEN_REFUSED",
      error: "invalid_grant",
      client: the.clientId,
      service: "services.inventory",
    };
    expect(await api.failureOf(the.alice)).toMatchObject(expected);
    expect(await api.failureOf(the.alice)).toMatchObject(expected);
    expect([await api.call(the.alice, "shipping"), await api.call(the.bob), api.as.count("token")]).toEqual([
      200, 200, 3,
    ]);
    api.clock.advance(10 * second);
    expect(await api.call(the.alice)).toBe(200);
  });
});

describe("AS says no to us", () => {
  it("asks nothing for anybody for ten seconds, and leaves one line", async () => {
    const api = await openPromises();
    api.as.setClient(the.clientId, { clientSecret: "another" });
    const [first] = await callAll(api, people(1));
    const later = await callAll(api, people(50));
    expect([first, countOf(later, "BEHALF_TOKEN_REFUSED")]).toEqual(["BEHALF_TOKEN_REFUSED", 50]);
    expect(api.as.count("token")).toBe(1);
    expect(api.logger.lines.filter(({ message }) => message === "token requested")).toHaveLength(1);
    api.as.setClient(the.clientId, { clientSecret: the.clientSecret });
    api.clock.advance(10 * second);
    expect(await api.call(the.alice)).toBe(200);
  });
});

describe("AS answers 429", () => {
  it("is left alone for as long as it says", async () => {
    const api = await openPromises();
    api.as.faults.next("token", fault.tooManyRequests(60));
    await api.call(the.alice);
    api.clock.advance(59 * second);
    const error = await api.failureOf(the.bob, "shipping");
    expect(error).toMatchObject({ code: "BEHALF_TOKEN_UNREACHABLE", status: 429, retryAfterMs: 1_000 });
    expect(api.as.count("token")).toBe(1);
    api.clock.advance(second);
    expect(await api.call(the.bob)).toBe(200);
  });
});

describe("AS breaker", () => {
  it("lets one request pass every two seconds while the server is away, and all of them once it is back", async () => {
    const api = await openPromises();
    const who = people(40);
    await callAll(api, who);
    api.clock.advance(296 * second);
    api.kill();
    await callAll(api, who);
    const counts: number[] = [];
    for (let probe = 0; probe < 5; probe += 1) {
      const before = api.as.requests.length;
      api.clock.advance(2 * second);
      const ends = await callAll(api, who);
      expect(countOf(ends, "BEHALF_TOKEN_UNREACHABLE")).toBe(40);
      counts.push(api.as.requests.length - before);
    }
    expect(counts).toEqual([1, 1, 1, 1, 1]);
    api.revive();
    const before = api.as.requests.length;
    api.clock.advance(2 * second);
    const first = await callAll(api, who);
    expect([countOf(first, 200), api.as.requests.length - before]).toEqual([1, 1]);
    const afterwards = await callAll(api, who);
    expect([countOf(afterwards, 200), api.as.requests.length - before]).toEqual([40, 40]);
  });

  it("keeps no request from another server", async () => {
    const { as: away, backend } = await startServers();
    const other = await startAs();
    const jobs = { host: backend.url, grantType: "clientCredentials" } as const;
    const services: Readonly<Record<string, ServiceOptions<unknown>>> = {
      ...Object.fromEntries(Array.from({ length: 9 }, (_, index) => [`away${index}`, { ...jobs, scope: `s${index}` }])),
      other: { ...jobs, authority: other.issuer, clientId: the.clientId, clientSecret: the.clientSecret },
    };
    const behalf = closeAfterTest(createBehalf({ ...toRoot(away), services }));
    away.faults.always("token", fault.drop());
    for (let index = 0; index < 9; index += 1) await behalf.service(`away${index}`).get("/");
    expect(away.count("token")).toBe(5);
    expect(await behalf.service("other").get("/")).toMatchObject({ ok: true });
  });
});

describe("AS down at start", () => {
  it("is asked when it is needed", async () => {
    const api = await openPromises();
    api.kill();
    expect(await api.call(the.alice, "jobs")).not.toBe(200);
    api.revive();
    api.clock.advance(2 * second);
    expect(await api.call(the.alice, "jobs")).toBe(200);
  });
});

describe("backend 401 for ever", () => {
  it("costs one token request in ten seconds for each key", async () => {
    const api = await openPromises();
    api.backend.handle(answer.unauthorized());
    for (let call = 0; call < 300; call += 1) {
      await api.call(the.alice);
      api.clock.advance(100);
    }
    // The first token, and one more in each of three times ten seconds.
    expect(api.as.count("token")).toBe(4);
  });
});
