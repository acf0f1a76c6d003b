import { createBehalf } from "behalf";
import { describe, expect, it } from "vitest";
import { createClock } from "../support/clock.ts";
import { closeAfterTest, receive, toRoot } from "../support/open-behalf.ts";
import { readClaims } from "../support/read-claims.ts";
import { fault } from "../support/scripted-as.ts";
import { some } from "../support/some.ts";
import { startServers } from "../support/start-servers.ts";
import { the } from "../support/the.ts";

type Changes = {
  readonly tokenMemory?: { readonly maxEntries?: number };
  readonly maxDelegatedTtlMs?: number;
};

/** An API on a clock that can be set. */
async function start({ maxDelegatedTtlMs, ...changes }: Changes = {}) {
  const clock = createClock();
  const { as, backend } = await startServers({ clock });
  const ttl = maxDelegatedTtlMs === undefined ? {} : { maxDelegatedTtlMs };
  const behalf = closeAfterTest(
    createBehalf({
      ...toRoot(as),
      ...changes,
      now: clock.now,
      services: {
        stock: { host: backend.url, grantType: "tokenExchange", audience: the.audience, ...ttl },
        jobs: { host: backend.url, grantType: "clientCredentials" },
      },
    }),
  );
  const exp = Math.floor(clock.now() / 1_000) + 86_400;
  const issued = new Map<string, string>();
  const callAs = async (sub: string): Promise<boolean> => {
    const token = issued.get(sub) ?? (await as.issue(some.claims({ sub, exp })));
    issued.set(sub, token);
    const { run } = await receive(behalf, token);
    return run(async () => (await behalf.service("stock").get("/")).ok);
  };
  return { as, backend, clock, callAs, jobs: behalf.service("jobs") };
}

describe("a token in memory", () => {
  it("B-24: ends when it ends, however often it is read", async () => {
    const { as, backend, clock, jobs } = await start();
    const ends: boolean[] = [];
    const sentAt: number[] = [];
    for (let seconds = 0; seconds < 320; seconds += 1) {
      const outcome = await jobs.get("/");
      ends.push(outcome.ok);
      if (outcome.ok) sentAt.push(clock.now());
      if (seconds === 0) as.faults.always("token", fault.drop());
      clock.advance(1_000);
    }
    expect(ends).toEqual(Array.from({ length: 320 }, (_, seconds) => seconds < 295));
    const tokens = backend.requests.map(({ token }) => Number(readClaims(token).exp) * 1_000);
    expect(tokens.every((endsAt, index) => endsAt > (sentAt[index] ?? 0))).toBe(true);
  });

  it("B-25: makes room for others, and stays where there is room", async () => {
    const { as, callAs } = await start({ tokenMemory: { maxEntries: 20 } });
    const people = Array.from({ length: 60 }, (_, index) => `person-${index}`);
    for (const person of people) await callAs(person);
    expect(as.count("token")).toBe(60);
    for (const person of people.slice(40)) await callAs(person);
    expect(as.count("token")).toBe(60);
    await callAs("person-39");
    expect(as.count("token")).toBe(61);
  });

  it("B-26: may come from two requests at once, and fails neither", async () => {
    const { as, jobs } = await start();
    const gate = as.hold();
    const all = Promise.all([
      ...Array.from({ length: 20 }, () => jobs.get("/")),
      ...Array.from({ length: 20 }, () => jobs.get("/", { forceAuthorization: true })),
    ]);
    await gate.arrived();
    gate.release();
    expect((await all).filter(({ ok }) => ok)).toHaveLength(40);
    expect(as.count("token")).toBe(1);
    expect(await jobs.get("/", { forceAuthorization: true })).toMatchObject({ ok: true });
    expect(await jobs.get("/")).toMatchObject({ ok: true });
    expect(as.count("token")).toBe(2);
  });

  it.each([0, "0", -0])("B-27: of no life at all (%j) is used once, and not for ever", async (expiresIn) => {
    const { as, jobs } = await start();
    as.faults.always("token", fault.change({ expires_in: expiresIn }));
    for (let call = 1; call <= 3; call += 1) {
      expect(await jobs.get("/")).toMatchObject({ ok: true });
      expect(as.count("token")).toBe(call);
    }
  });

  it("B-27: lives as long as is configured at most, a renewed one as well", async () => {
    const { as, clock, callAs } = await start({ maxDelegatedTtlMs: 60_000 });
    for (let life = 1; life <= 4; life += 1) {
      await callAs(the.alice);
      clock.advance(40_000);
      await callAs(the.alice);
      expect(as.count("token")).toBe(life);
      clock.advance(16_000);
    }
  });

  it("B-27: lives from when it was issued, not from when it is read", async () => {
    const { as, clock, jobs } = await start();
    await jobs.get("/").unwrap();
    clock.advance(294_000);
    as.faults.always("token", fault.drop());
    expect(await jobs.get("/")).toMatchObject({ ok: true });
    clock.advance(1_000);
    expect(await jobs.get("/")).toMatchObject({ ok: false });
  });
});
