import { describe, expect, it } from "vitest";
import { createClock } from "../../../../../test/support/clock.ts";
import { type HealthSources, toHealth } from "./health.ts";

const clock = createClock();
const at = (agoMs: number): Date => new Date(clock.now() - agoMs);
const asked = { issuer: "https://a/", state: "ok", since: at(0), lastError: undefined } as const;
const never = { ...asked, lastErrorAt: undefined, lastAnswerAt: undefined };
const failed = { ...never, state: "down", lastError: "BEHALF_TOKEN_UNREACHABLE", lastErrorAt: at(1_000) } as const;

const judge = (sources: Partial<HealthSources>): boolean =>
  toHealth({ closed: false, servers: [], store: undefined, tokens: () => 0, now: clock.now, ...sources }).ready;

describe("ready", () => {
  it.each<[string, Partial<HealthSources>, boolean]>([
    ["nothing was asked yet", {}, true],
    ["a server is known, and was not asked", { servers: [never] }, true],
    ["no server has ever answered", { servers: [never, failed] }, false],
    ["no server has ever answered, but tokens are held", { servers: [failed], tokens: () => 1 }, true],
    ["a server has answered before", { servers: [{ ...failed, lastAnswerAt: at(9_000_000) }] }, true],
    ["another server answers", { servers: [failed, { ...never, lastAnswerAt: at(1) }] }, true],
    ["the last failure is ten seconds ago", { servers: [{ ...failed, lastErrorAt: at(10_000) }] }, true],
    ["the last failure is a little less ago", { servers: [{ ...failed, lastErrorAt: at(9_999) }] }, false],
    ["it is closed", { servers: [{ ...never, lastAnswerAt: at(1) }], tokens: () => 1, closed: true }, false],
  ])("when %s", (_when, sources, ready) => {
    expect(judge(sources)).toBe(ready);
  });

  it("does not depend on the shared store", () => {
    expect(judge({ store: { state: "down", since: at(0), lastError: "TimeoutError" } })).toBe(true);
  });
});

it("is alive whatever happens", () => {
  expect(toHealth({ closed: true, servers: [failed], store: undefined, tokens: () => 0, now: clock.now }).live).toBe(
    true,
  );
});
