import { type Caller, CallerTokenError, createBehalf, type InboundOptions } from "behalf";
import { describe, expect, it, vi } from "vitest";
import { type Clock, createClock } from "../support/clock.ts";
import { closeAfterTest, openRequest, toRoot } from "../support/open-behalf.ts";
import { recordEvents } from "../support/record-events.ts";
import { fault, type ScriptedAs } from "../support/scripted-as.ts";
import { some } from "../support/some.ts";
import { startAs } from "../support/start-servers.ts";
import { the } from "../support/the.ts";

interface Api {
  readonly as: ScriptedAs;
  readonly clock: Clock;
  look(token: string): Promise<Caller | undefined>;
}

async function startApi(inbound: Partial<InboundOptions> = {}): Promise<Api> {
  const clock = createClock();
  const as = await startAs({ clock });
  const settings = { ...toRoot(as), inbound: { audience: the.clientId, ...inbound }, services: {}, now: clock.now };
  const behalf = closeAfterTest(createBehalf(settings));
  const look = async (token: string): Promise<Caller | undefined> =>
    behalf.authenticateCaller(openRequest(behalf, { authorization: `Bearer ${token}` }).context);
  return { as, clock, look };
}

describe("signing keys", () => {
  it("are fetched once for many tokens", async () => {
    const { as, look } = await startApi();
    for (const sub of [the.alice, the.bob]) await look(await as.issue(some.claims({ sub })));
    expect(as.count("jwks")).toBe(1);
  });

  it("are fetched again for a key that is not known, once in a cool-down", async () => {
    const { as, look } = await startApi({ jwksCooldownMs: 60_000 });
    await look(await as.issue(some.claims()));
    for (const kid of ["a", "b", "c"])
      await expect(look(await as.issue(some.claims(), { kid }))).rejects.toMatchObject({ reason: "unknownKey" });
    expect(as.count("jwks")).toBe(1);
  });

  it("come to be known when they were rotated", async () => {
    const { as, clock, look } = await startApi();
    await look(await as.issue(some.claims()));
    await as.rotateKeys();
    clock.advance(30_000);
    expect(await look(await as.issue(some.claims({ sub: the.bob })))).toBeDefined();
    expect(await look(await as.issue(some.claims(), { key: "previous" }))).toBeDefined();
    expect(as.count("jwks")).toBe(2);
  });

  it("stay in use while the server is away", async () => {
    const { as, clock, look } = await startApi();
    await look(await as.issue(some.claims()));
    as.faults.always("jwks", fault.drop());
    as.faults.always("metadata", fault.drop());
    for (const _ of [1, 2, 3]) {
      clock.advance(600_000);
      expect(await look(await as.issue(some.claims()))).toBeDefined();
    }
  });

  it("that were taken back are forgotten within ten minutes", async () => {
    const { as, clock, look } = await startApi();
    await look(await as.issue(some.claims()));
    await as.rotateKeys({ keepPrevious: false });
    clock.advance(600_000);
    await look(await as.issue(some.claims(), { key: "previous" }));
    await vi.waitFor(() => expect(as.count("jwks")).toBe(2));
    await vi.waitFor(() =>
      expect(async () => look(await as.issue(some.claims(), { key: "previous" }))).rejects.toMatchObject({
        reason: "unknownKey",
      }),
    );
  });

  it("stay in use when they have moved to where nobody answers", async () => {
    const { as, clock, look } = await startApi();
    await look(await as.issue(some.claims()));
    as.faults.always("metadata", fault.change({ jwks_uri: "http://127.0.0.1:1/jwks" }));
    clock.advance(12 * 3_600_000);
    expect(await look(await as.issue(some.claims({ sub: the.bob })))).toBeDefined();
  });

  it("that were taken back long ago do not open the first request after an idle time", async () => {
    const { as, clock, look } = await startApi();
    await look(await as.issue(some.claims()));
    await as.rotateKeys({ keepPrevious: false });
    clock.advance(12 * 3_600_000);
    const withdrawn = await as.issue(some.claims(), { key: "previous" });
    await expect(async () => look(withdrawn)).rejects.toMatchObject({ reason: "unknownKey" });
  });
});

describe("signing keys that cannot be had", () => {
  it("are asked for again after two seconds, and not before", async () => {
    const { as, clock, look } = await startApi();
    as.faults.always("jwks", fault.status(503, { "retry-after": "7" }));
    const token = await as.issue(some.claims());
    for (const _ of [1, 2, 3]) {
      await expect(look(token)).rejects.toMatchObject({ name: "TokenUnreachableError", retryAfterMs: 7_000 });
    }
    expect(as.count("jwks")).toBe(1);
    as.faults.clear();
    clock.advance(2_000);
    expect(await look(token)).toBeDefined();
  });
});

describe("a flood of 10,000 tokens with forged key ids", () => {
  const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");

  /** Tokens whose signatures nobody looks at: there is no key to do it with. */
  function forge({ as, clock }: Api): readonly string[] {
    const payload = encode(some.claims({ iss: as.issuer, exp: Math.floor(clock.now() / 1000) + 300 }));
    const toToken = (kid: string): string => `${encode({ alg: "ES256", typ: "at+jwt", kid })}.${payload}.AAAA`;
    return Array.from({ length: 10_000 }, (_, index) => toToken(`forged-${index}`));
  }

  const readReason = (result: PromiseSettledResult<unknown>): unknown =>
    result.status === "rejected" && result.reason instanceof CallerTokenError ? result.reason.reason : result;

  async function flood(api: Api, tokens: readonly string[]): Promise<ReadonlySet<unknown>> {
    const looks = tokens.map((token) => api.look(token));
    return new Set((await Promise.allSettled(looks)).map(readReason));
  }

  it.each([
    ["is up", undefined],
    ["is down", fault.drop()],
    ["is broken", fault.status(500)],
  ] as const)("costs one fetch in a cool-down while the server %s", async (_state, broken) => {
    const api = await startApi();
    const { as, clock, look } = api;
    await look(await as.issue(some.claims()));
    if (broken) as.faults.always("jwks", broken);
    const tokens = forge(api);
    clock.advance(30_000);
    expect(await flood(api, tokens.slice(5_000))).toEqual(new Set(["unknownKey"]));
    clock.advance(29_999);
    expect(await flood(api, tokens.slice(0, 5_000))).toEqual(new Set(["unknownKey"]));
    expect(as.count("jwks")).toBe(2);
    expect(await look(await as.issue(some.claims({ sub: the.bob })))).toBeDefined();
  });

  it("costs one fetch while the server hangs, and valid callers are answered meanwhile", async () => {
    const api = await startApi();
    const { as, clock, look } = api;
    await look(await as.issue(some.claims()));
    clock.advance(30_000);
    const gate = as.hold("jwks");
    const flooding = flood(api, forge(api));
    await gate.arrived();
    expect(await look(await as.issue(some.claims({ sub: the.bob })))).toBeDefined();
    gate.release();
    expect(await flooding).toEqual(new Set(["unknownKey"]));
    expect(as.count("jwks")).toBe(2);
  });
});

describe("a token that was validated", () => {
  it("is known at once, without a look at its keys", async () => {
    const records = recordEvents("behalf:inbound");
    const { as, look } = await startApi();
    const token = await as.issue(some.claims());
    const first = await look(token);
    await as.close();
    expect(await look(token)).toBe(first);
    expect(records.map(({ accepted, remembered }) => ({ accepted, remembered }))).toEqual([
      { accepted: true, remembered: false },
      { accepted: true, remembered: true },
    ]);
  });

  it("is answered without a promise", async () => {
    const as = await startAs();
    const behalf = closeAfterTest(createBehalf({ ...toRoot(as), services: {} }));
    const token = await as.issue(some.claims());
    const open = () => openRequest(behalf, { authorization: `Bearer ${token}` }).context;
    const caller = await behalf.authenticateCaller(open());
    expect(behalf.authenticateCaller(open())).toBe(caller);
  });

  it("is not known past its end", async () => {
    const records = recordEvents("behalf:inbound");
    const { as, clock, look } = await startApi();
    const token = await as.issue(some.claims());
    await look(token);
    clock.advance(299_999);
    await look(token);
    clock.advance(1);
    await look(token);
    clock.advance(5_000);
    await expect(look(token)).rejects.toMatchObject({ reason: "expired" });
    expect(records.map(({ accepted, remembered }) => [accepted, remembered])).toEqual([
      [true, false],
      [true, true],
      [true, false],
      [false, false],
    ]);
  });

  it("does not vouch for one that differs in a character", async () => {
    const { as, look } = await startApi();
    const token = await as.issue(some.claims());
    await look(token);
    const last = token.endsWith("A") ? "Q" : "A";
    await expect(look(`${token.slice(0, -1)}${last}`)).rejects.toMatchObject({ name: "CallerTokenError" });
  });

  it("is refused once its key is withdrawn, from the next fetch on", async () => {
    const { as, clock, look } = await startApi();
    const token = await as.issue(some.claims());
    await look(token);
    await as.rotateKeys({ keepPrevious: false });
    expect(await look(token)).toBeDefined();
    clock.advance(30_000);
    expect(await look(await as.issue(some.claims({ sub: the.bob })))).toBeDefined();
    await expect(async () => look(token)).rejects.toMatchObject({ reason: "unknownKey" });
  });

  it("stays known when its key is still published", async () => {
    const records = recordEvents("behalf:inbound");
    const { as, clock, look } = await startApi();
    const token = await as.issue(some.claims());
    await look(token);
    await as.rotateKeys();
    clock.advance(30_000);
    await look(await as.issue(some.claims({ sub: the.bob })));
    await look(token);
    expect(records.map(({ remembered }) => remembered)).toEqual([false, false, true]);
  });

  it("is not one that was refused", async () => {
    const records = recordEvents("behalf:inbound");
    const { as, look } = await startApi();
    const token = await as.issue(some.claims({ aud: the.otherAudience }));
    for (const _ of [1, 2]) await expect(look(token)).rejects.toMatchObject({ reason: "audience" });
    expect(records.map(({ remembered, reason }) => ({ remembered, reason }))).toEqual([
      { remembered: false, reason: "audience" },
      { remembered: false, reason: "audience" },
    ]);
  });
});
