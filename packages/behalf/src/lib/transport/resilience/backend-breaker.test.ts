import { describe, expect, it } from "vitest";
import {
  openResilience,
  result,
  type ScriptedResult,
  someRetry,
  watchEnding,
} from "../../../../../../test/support/open-resilience.ts";
import { recordEvents } from "../../../../../../test/support/record-events.ts";
import type { ResilientCall } from "../resilience.ts";
import { type AttemptResult, toEnd } from "./attempt-result.ts";
import { OwnCancellation } from "./own-cancellation.ts";

const breaker = { failureRatio: 0.5, minCalls: 4, windowMs: 10_000, openMs: 5_000 };
const { status, failure } = result;

function open() {
  const opened = openResilience();
  const { timers } = opened;
  const send = (call: Partial<ResilientCall> = {}) => watchEnding(opened.send({ breaker, ...call }), timers);
  /** Sends a call after the other, each of which gives this. */
  const pass = async (...given: readonly ScriptedResult[]) => {
    opened.next(...given);
    for (const _one of given) {
      send();
      await timers.advance(0);
    }
  };
  /** Whether a call would be sent now. */
  const isOpen = async (): Promise<boolean> => {
    const ending = send({ cancellations: [cancelled] });
    await timers.advance(0);
    return ending.error !== "probing";
  };
  return { ...opened, attempts: opened.attempts, send, pass, isOpen };
}

const cancelled = new OwnCancellation();
cancelled.cancel("probing");

const four = [failure("unreachable"), status(500), failure("timeout"), status(503)];

async function openBroken() {
  const opened = open();
  await opened.pass(...four);
  return opened;
}

describe("a breaker", () => {
  it("opens when the share of failures is reached: by the network, by time, by a 5xx", async () => {
    const { pass, send, timers, attempts } = open();
    await pass(status(200), status(200), failure("unreachable"), status(500));
    const kept = send();
    await timers.advance(0);
    expect(kept).toMatchObject({ error: { failure: "breakerOpen", sent: false, retryAfterMs: 5_000 }, at: 0 });
    expect(attempts.length).toBe(4);
  });

  it("stays closed below the share", async () => {
    const { pass, isOpen } = open();
    await pass(status(200), status(200), status(200), failure("unreachable"), failure("unreachable"));
    expect(await isOpen()).toBe(false);
    await pass(failure("unreachable"));
    expect(await isOpen()).toBe(true);
  });

  it("reaches a share that no number has exactly", async () => {
    const { send, timers, next } = open();
    const settings = { ...breaker, failureRatio: 0.07, minCalls: 100 };
    next(...Array(93).fill(status(200)), ...Array(7).fill(status(500)));
    for (let count = 0; count < 100; count += 1) {
      send({ breaker: settings });
      await timers.advance(0);
    }
    const kept = send({ breaker: settings });
    await timers.advance(0);
    expect(kept).toMatchObject({ error: { failure: "breakerOpen" } });
  });

  it("stays closed below the least number of calls", async () => {
    const { pass, isOpen } = open();
    await pass(...four.slice(1));
    expect(await isOpen()).toBe(false);
  });

  it("forgets what lies before its window", async () => {
    const { pass, isOpen, timers } = open();
    await pass(...four.slice(1));
    await timers.advance(10_000);
    await pass(status(500));
    expect(await isOpen()).toBe(false);
  });

  it("remembers what lies in its window", async () => {
    const { pass, isOpen, timers } = open();
    await pass(...four.slice(1));
    await timers.advance(9_999);
    await pass(status(500));
    expect(await isOpen()).toBe(true);
  });

  it.each([400, 401, 403, 404, 408, 429])("is never opened by %i", async (code) => {
    const { pass, isOpen } = open();
    await pass(...Array(30).fill(status(code)));
    expect(await isOpen()).toBe(false);
  });

  it("learns nothing from calls that were given up, nor from errors of our own", async () => {
    const { pass, isOpen } = open();
    const ours = [new TypeError("a token of ours"), new DOMException("gone", "AbortError")].map(result.error);
    await pass(...Array(10).fill(ours[0]), ...Array(10).fill(ours[1]), failure("closed"));
    expect(await isOpen()).toBe(false);
    await pass(...four);
    expect(await isOpen()).toBe(true);
  });

  it.each([
    [failure("tooLarge"), "answered"],
    [failure("unreadable"), "answered"],
    [failure("breakerOpen"), "unknown"],
    [failure("overloaded"), "unknown"],
  ] as const)("takes an answer that cannot be read for an answer, and nothing else: %j", ({ gives }, end) => {
    const given: AttemptResult = { error: gives };
    expect(toEnd(given)).toBe(end);
  });

  it("lets one call try after its time, and keeps all others back meanwhile", async () => {
    const { send, timers, attempts, next } = await openBroken();
    next(status(200, {}, 300));
    await timers.advance(4_999);
    const early = send();
    await timers.advance(1);
    const [probe, other] = [send(), send()];
    await timers.advance(1_000);
    expect(early).toMatchObject({ error: { failure: "breakerOpen", retryAfterMs: 1 } });
    expect([probe.status, other.error]).toMatchObject([200, { failure: "breakerOpen", retryAfterMs: 1_000 }]);
    expect(attempts.length).toBe(5);
  });

  it("closes when it is answered, and begins anew", async () => {
    const { pass, isOpen, timers } = await openBroken();
    await timers.advance(5_000);
    await pass(status(404), ...four.slice(1));
    expect(await isOpen()).toBe(false);
  });

  it("stays open for as long again when it fails", async () => {
    const { pass, send, timers } = await openBroken();
    await timers.advance(6_000);
    await pass(status(500));
    const kept = send();
    await timers.advance(0);
    expect(kept).toMatchObject({ error: { failure: "breakerOpen", retryAfterMs: 5_000 } });
  });

  it("neither closes nor stays open longer when it is cancelled: the next call tries", async () => {
    const { isOpen, send, timers, next } = await openBroken();
    await timers.advance(5_000);
    expect(await isOpen()).toBe(false);
    next(status(500));
    send();
    await timers.advance(0);
    expect(await isOpen()).toBe(true);
  });

  it("is told nothing by attempts that began before it opened", async () => {
    const { next, send, pass, isOpen, timers } = open();
    next(status(200, {}, 6_000), status(500, {}, 6_500));
    send();
    send();
    await timers.advance(0);
    await pass(...four);
    await timers.advance(5_500);
    await pass(status(200), status(200), status(500));
    await timers.advance(1_000);
    expect(await isOpen()).toBe(false);
    await pass(status(500), status(500));
    expect(await isOpen()).toBe(true);
  });

  it("has one record and one line for each change", async () => {
    const states = recordEvents("behalf:state");
    const { pass, timers, logger } = await openBroken();
    await timers.advance(5_000);
    await pass(status(500));
    await timers.advance(5_000);
    await pass(status(200), status(200));
    const what = "backend https://inventory.example.com";
    expect(states).toEqual([
      { instance: "orders", what, state: "unreachable", detail: { calls: 4, failures: 4 } },
      { instance: "orders", what, state: "reachable", detail: { afterMs: 10_000 } },
    ]);
    expect(logger.lines.map(({ level, fields }) => [level, fields])).toEqual(states.map((state) => ["warn", state]));
  });

  it("counts each attempt of a call, and ends its retries with what the last one gave", async () => {
    const { send, timers, always, attempts } = open();
    always(status(503, { "x-a": "last" }));
    const ending = send({ retry: { ...someRetry, attempts: 9 } });
    await timers.advance(60_000);
    expect([attempts.length, ending.status]).toEqual([4, 503]);
  });

  it("lets one of two who wait to try again be the probe", async () => {
    const { send, timers, always, attempts } = await openBroken();
    const retry = { ...someRetry, minDelayMs: 100 };
    await timers.advance(5_000);
    always(failure("unreachable", 10));
    const short = { ...breaker, openMs: 50 };
    for (let count = 0; count < 4; count += 1) send({ breaker: short, retry });
    await timers.advance(10);
    expect(attempts.length).toBe(8);
    await timers.advance(101);
    expect(attempts.length).toBe(9);
  });

  it("is another one for another origin, and for other settings", async () => {
    const { send, timers } = await openBroken();
    const endings = [
      send({ breaker: { ...breaker } }),
      send({ origin: "https://prices.example.com" }),
      send({ breaker: { ...breaker, openMs: 1 } }),
      send({ breaker: undefined }),
    ];
    await timers.advance(0);
    expect(endings.map(({ status: given }) => given)).toEqual([undefined, 200, 200, 200]);
  });
});
