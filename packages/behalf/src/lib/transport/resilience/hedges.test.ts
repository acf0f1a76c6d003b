import { describe, expect, it } from "vitest";
import { createManualTimers } from "../../../../../../test/support/manual-timers.ts";
import { openResilience, result, someRetry, watchEnding } from "../../../../../../test/support/open-resilience.ts";
import type { ResilientCall } from "../resilience.ts";
import type { WireAnswer } from "../wire.ts";
import { HedgedSending } from "./hedged-sending.ts";
import { OwnCancellation } from "./own-cancellation.ts";

const hedge = { afterMs: 100, maxHedges: 1 };
const { status, failure } = result;

function open() {
  const opened = openResilience();
  const send = (call: Partial<ResilientCall> = {}) => watchEnding(opened.send({ hedge, ...call }), opened.timers);
  return { ...opened, attempts: opened.attempts, resent: opened.resent, send };
}

const loses = { name: "AbortError" };

describe("a hedged call", () => {
  it("is sent once when it is answered in time", async () => {
    const { send, next, timers, attempts } = open();
    next(status(200, {}, 99));
    const ending = send();
    await timers.advance(99);
    expect([ending, attempts.length, timers.running]).toEqual([{ status: 200, at: 99 }, 1, 0]);
  });

  it("is sent once more after its time, and the first answer ends the other attempt", async () => {
    const { send, next, timers, attempts, resent } = open();
    next(status(200, {}, 5_000), status(201, {}, 20));
    const ending = send();
    await timers.advance(10_000);
    expect(ending).toEqual({ status: 201, at: 120 });
    expect(attempts).toMatchObject([
      { at: 0, cancelledBy: loses },
      { at: 100, timeoutMs: 29_900 },
    ]);
    expect([attempts.length, resent, timers.running]).toEqual([2, ["hedge"], 0]);
  });

  it("is given the answer of its first attempt when that is there before", async () => {
    const { send, next, timers, attempts } = open();
    next(status(200, {}, 150), status(201, {}, 500));
    const ending = send();
    await timers.advance(10_000);
    expect([ending, attempts]).toMatchObject([{ status: 200, at: 150 }, [{}, { cancelledBy: loses }]]);
  });

  it("is sent so many times more at most", async () => {
    const { send, always, timers, attempts } = open();
    always(status(200, {}, 1_000));
    send({ hedge: { afterMs: 100, maxHedges: 3 } });
    await timers.advance(10_000);
    expect(attempts.map(({ at }) => at)).toEqual([0, 100, 200, 300]);
  });

  it("waits for the other attempt when one fails", async () => {
    const { send, next, timers } = open();
    next(failure("unreachable", 150), status(200, {}, 200));
    const ending = send();
    await timers.advance(10_000);
    expect(ending).toEqual({ status: 200, at: 300 });
  });

  it.each([
    ["a 5xx", status(500, {}, 10), 200],
    ["a status that is tried again", status(429, {}, 10), 200],
    ["a 4xx", status(404, {}, 10), 404],
    ["an answer that is too large", failure("tooLarge", 10), undefined],
  ])("takes %s for what it is", async (_name, given, ends) => {
    const { send, next, timers, attempts } = open();
    next(status(200, {}, 300), given);
    const ending = send({ retry: someRetry });
    await timers.advance(200);
    expect(ending.status).toBe(ends === 200 ? undefined : ends);
    await timers.advance(10_000);
    expect([ending.status, attempts.length]).toEqual([ends, 2]);
  });

  it("gives the first failure when all fail", async () => {
    const { send, next, timers } = open();
    next(failure("unreachable", 300), status(503, {}, 50));
    const ending = send();
    await timers.advance(10_000);
    expect(ending).toEqual({ status: 503, at: 300 });
  });

  it("is not sent once more when it failed before", async () => {
    const { send, next, timers, attempts } = open();
    next(failure("unreachable", 50));
    const ending = send();
    await timers.advance(10_000);
    expect([ending.at, attempts.length]).toEqual([50, 1]);
  });

  it.each([
    ["a method that is not idempotent", { method: "POST" }],
    ["a stream as its body", { replayable: false }],
    ["a method that is not listed", { retry: { ...someRetry, methods: new Set(["PUT"]) } }],
  ])("is sent once with %s", async (_name, call) => {
    const { send, next, timers, attempts } = open();
    next(status(200, {}, 1_000));
    send(call);
    await timers.advance(10_000);
    expect(attempts.length).toBe(1);
  });

  it("takes from the budget of the retries", async () => {
    const { send, always, timers, resent } = open();
    always(failure("timeout", 150));
    for (let count = 0; count < 30; count += 1) send({ retry: someRetry });
    await timers.advance(10_000);
    expect([resent.length, new Set(resent)]).toEqual([10, new Set(["hedge"])]);
  });

  it("is hedged in each of its attempts", async () => {
    const { send, next, timers, attempts, resent } = open();
    next(status(503, {}, 150), status(503, {}, 50));
    const ending = send({ retry: someRetry });
    await timers.advance(10_000);
    expect([ending, attempts.length, resent]).toEqual([{ status: 200, at: 250 }, 3, ["hedge", "retry"]]);
  });

  it("destroys the stream of the attempt that comes too late, and not the one that is given", async () => {
    const { send, next, timers } = open();
    const [late, given] = [result.stream(503, 150), result.stream(200, 60)];
    next(late, given);
    const ending = send();
    await timers.advance(10_000);
    expect([ending.status, late.stream.destroyed, given.stream.destroyed]).toEqual([200, true, false]);
  });

  it("destroys the stream of a later failure when all fail, and not that of the first", async () => {
    const { send, next, timers } = open();
    const [later, first] = [result.stream(503, 150), result.stream(503, 20)];
    next(later, first);
    const ending = send();
    await timers.advance(10_000);
    expect([ending.at, later.stream.destroyed, first.stream.destroyed]).toEqual([150, true, false]);
  });

  it("destroys the stream of an answer that came although its attempt was cancelled", async () => {
    const timers = createManualTimers();
    const answer: ((given: WireAnswer) => void)[] = [];
    const given = new HedgedSending({
      hedge,
      startTimer: timers.startTimer,
      send: () => new Promise((resolve) => answer.push(resolve)),
      mayHedge: () => true,
      hedging: () => {},
      isFailure: () => false,
    }).start();
    await timers.advance(100);
    const [late, wins] = [result.stream(), result.stream(201)];
    answer[1]?.(wins.answer);
    await timers.advance(0);
    answer[0]?.(late.answer);
    await timers.advance(0);
    expect([(await given).answer?.status, late.stream.destroyed, wins.stream.destroyed]).toEqual([201, true, false]);
  });

  it("ends with all of its attempts when it is cancelled", async () => {
    const { send, always, timers, attempts } = open();
    const caller = new OwnCancellation();
    always(status(200, {}, 1_000));
    const ending = send({ cancellations: [caller] });
    await timers.advance(150);
    caller.cancel("gone");
    await timers.advance(0);
    expect([ending, timers.running]).toEqual([{ error: "gone", at: 150 }, 0]);
    expect(attempts).toMatchObject([{ cancelledBy: "gone" }, { cancelledBy: "gone" }]);
  });

  it("is not hedged when it tries whether the backend is back", async () => {
    const { send, always, timers, attempts } = open();
    const breaker = { failureRatio: 1, minCalls: 1, windowMs: 1_000, openMs: 1_000 };
    always(status(500));
    send({ breaker });
    await timers.advance(1_000);
    always(status(200, {}, 500));
    send({ breaker });
    await timers.advance(10_000);
    expect(attempts.length).toBe(2);
  });
});
