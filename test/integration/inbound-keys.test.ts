import { type Caller, createBehalf, type InboundOptions } from "behalf";
import { describe, expect, it, onTestFinished, vi } from "vitest";
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
    const { as, look } = await startApi({ jwksCooldownMs: 1 });
    const before = await as.issue(some.claims());
    await look(before);
    await as.rotateKeys();
    await vi.waitFor(async () => expect(await look(await as.issue(some.claims({ sub: the.bob })))).toBeDefined());
    expect(await look(await as.issue(some.claims(), { key: "previous" }))).toBeDefined();
    expect(as.count("jwks")).toBe(2);
  });

  it("stay in use while the server is away", async () => {
    const { as, clock, look } = await startApi();
    const realClock = vi.spyOn(Date, "now").mockImplementation(clock.now);
    onTestFinished(() => realClock.mockRestore());
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
