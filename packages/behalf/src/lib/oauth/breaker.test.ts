import { describe, expect, it } from "vitest";
import { createClock } from "../../../../../test/support/clock.ts";
import { type Breaker, createBreaker } from "./breaker.ts";
import type { RequestEnd } from "./request-end.ts";

const network: RequestEnd = { kind: "away", reason: "network" };
const timeout: RequestEnd = { kind: "away", reason: "timeout" };
const givenUp: RequestEnd = { kind: "unknown" };
const status = (code: number): RequestEnd => ({ kind: "answered", status: code });

function open() {
  const clock = createClock();
  return { clock, breaker: createBreaker({ now: clock.now }) };
}

const pass = (breaker: Breaker, ...ends: readonly RequestEnd[]): void => {
  for (const end of ends) breaker.begin()(end);
};
const five = [network, timeout, status(500), status(503), network];

/** A breaker that has just opened. */
function openBroken() {
  const opened = open();
  pass(opened.breaker, ...five);
  return opened;
}

describe("a breaker", () => {
  it("opens after five failures in a row: by the network, by time, by a 5xx", () => {
    const { breaker, clock } = open();
    pass(breaker, ...five.slice(1));
    expect([breaker.waitMs(), breaker.openSince]).toEqual([0, undefined]);
    pass(breaker, network);
    expect([breaker.waitMs(), breaker.openSince]).toEqual([2_000, clock.now()]);
  });

  it.each([200, 400, 401, 403, 404, 429])("takes %i for an answer", (code) => {
    const { breaker } = open();
    pass(breaker, ...five.slice(1), status(code), ...five.slice(1));
    expect(breaker.waitMs()).toBe(0);
  });

  it("learns nothing from requests that were given up", () => {
    const { breaker } = open();
    pass(breaker, ...five.slice(1), ...Array(9).fill(givenUp));
    expect(breaker.waitMs()).toBe(0);
    pass(breaker, network);
    expect(breaker.waitMs()).toBe(2_000);
  });

  it("lets one probe pass after two seconds, and keeps all others back meanwhile", () => {
    const { breaker, clock } = openBroken();
    clock.advance(1_999);
    expect(breaker.waitMs()).toBe(1);
    clock.advance(1);
    expect(breaker.waitMs()).toBe(0);
    breaker.begin();
    expect(breaker.waitMs()).toBe(1_000);
  });

  it("closes when the probe is answered", () => {
    const { breaker, clock } = openBroken();
    clock.advance(2_000);
    pass(breaker, status(400));
    expect([breaker.waitMs(), breaker.openSince]).toEqual([0, undefined]);
    pass(breaker, ...five.slice(1));
    expect(breaker.waitMs()).toBe(0);
  });

  it("stays open for two more seconds when the probe fails", () => {
    const { breaker, clock } = openBroken();
    const since = clock.now();
    clock.advance(3_000);
    pass(breaker, network);
    expect([breaker.waitMs(), breaker.openSince]).toEqual([2_000, since]);
  });

  it("lets another probe pass at once when the first one is given up", () => {
    const { breaker, clock } = openBroken();
    clock.advance(2_000);
    pass(breaker, givenUp);
    expect(breaker.waitMs()).toBe(0);
  });

  it("closes by the late answer to a request from before, and is not held open by its failure", () => {
    const { breaker, clock } = open();
    const [fails, succeeds] = [breaker.begin(), breaker.begin()];
    pass(breaker, ...five);
    clock.advance(1_500);
    fails(network);
    expect(breaker.waitMs()).toBe(500);
    succeeds(status(200));
    expect(breaker.waitMs()).toBe(0);
  });

  it("counts the failures that one stranger's token brings about once", () => {
    const { breaker } = open();
    const failFor = (party: string, end: RequestEnd): void => breaker.begin()(end, party);
    for (let again = 0; again < 50; again += 1) failFor("mallory", again % 2 === 0 ? status(500) : timeout);
    expect(breaker.waitMs()).toBe(0);
    for (const party of ["alice", "bob", "carol", "dave"]) failFor(party, status(500));
    expect(breaker.waitMs()).toBe(2_000);
  });

  it("counts every failure of the network, whoever was served", () => {
    const { breaker } = open();
    for (let again = 0; again < 5; again += 1) breaker.begin()(network, "alice");
    expect(breaker.waitMs()).toBe(2_000);
  });

  it("lets requests pass when the clock was put back", () => {
    const { breaker, clock } = openBroken();
    clock.advance(-60_000);
    expect(breaker.waitMs()).toBe(0);
  });
});
