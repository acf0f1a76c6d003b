import { describe, expect, it } from "vitest";
import { openResilience, result, someRetry, watchEnding } from "../../../../../../test/support/open-resilience.ts";
import type { ResilientCall } from "../resilience.ts";
import { OwnCancellation } from "./own-cancellation.ts";

function open() {
  const opened = openResilience();
  opened.always(result.status(200, {}, 100));
  const send = (call: Partial<ResilientCall> = {}) =>
    watchEnding(opened.send({ bulkhead: { maxConcurrent: 2, maxQueued: 2 }, ...call }), opened.timers);
  return { ...opened, attempts: opened.attempts, send };
}

const overloaded = { error: { name: "TransportError", failure: "overloaded", sent: false } };

describe("a bulkhead", () => {
  it("lets so many calls be under way, and the next ones in the order in which they came", async () => {
    const { send, timers, attempts } = open();
    const endings = [send(), send(), send(), send()];
    await timers.advance(0);
    expect(attempts.length).toBe(2);
    await timers.advance(250);
    expect(endings.map(({ at }) => at)).toEqual([100, 100, 200, 200]);
  });

  it("refuses at once what is more than may wait, and sends nothing of it", async () => {
    const { send, timers, attempts } = open();
    for (let count = 0; count < 4; count += 1) send();
    const refused = send();
    await timers.advance(0);
    expect([refused, attempts.length]).toMatchObject([{ ...overloaded, at: 0 }, 2]);
  });

  it("lets nobody wait where no queue is wanted", async () => {
    const { send, timers } = open();
    const bulkhead = { maxConcurrent: 1, maxQueued: 0 };
    const endings = [send({ bulkhead }), send({ bulkhead })];
    await timers.advance(200);
    expect(endings).toMatchObject([{ status: 200 }, overloaded]);
  });

  it("counts the wait in the time of the call", async () => {
    const { send, timers, attempts } = open();
    send();
    send();
    const [tooShort, longEnough] = [send({ timeoutMs: 50 }), send({ timeoutMs: 150 })];
    await timers.advance(1_000);
    expect(tooShort).toMatchObject({ error: { failure: "timeout", sent: false }, at: 50 });
    expect(longEnough).toMatchObject({ error: { failure: "timeout", sent: true }, at: 150 });
    expect(attempts.map(({ timeoutMs }) => timeoutMs)).toEqual([30_000, 30_000, 50]);
  });

  it("lets one who is cancelled leave the queue at once, to make room for another", async () => {
    const { send, timers, attempts } = open();
    const caller = new OwnCancellation();
    const endings = [send(), send(), send({ cancellations: [caller] }), send()];
    await timers.advance(10);
    caller.cancel("gone");
    const inItsPlace = send();
    await timers.advance(500);
    expect(endings).toMatchObject([{ at: 100 }, { at: 100 }, { error: "gone", at: 10 }, { at: 200 }]);
    expect([inItsPlace.at, attempts.length, timers.running]).toEqual([200, 4, 0]);
  });

  it("does not queue one who was cancelled before", async () => {
    const { send, timers, attempts } = open();
    const caller = new OwnCancellation();
    caller.cancel("gone");
    send();
    send();
    const gone = send({ cancellations: [caller] });
    await timers.advance(500);
    expect([gone, attempts.length, timers.running]).toEqual([{ error: "gone", at: 0 }, 2, 0]);
  });

  it("gives the place of a call that failed to the next one", async () => {
    const { send, timers, next } = open();
    next(result.failure("unreachable", 30));
    const endings = [send(), send(), send()];
    await timers.advance(500);
    expect(endings.map(({ at }) => at)).toEqual([30, 100, 130]);
  });

  it("holds the place of a call for all of its attempts, and the waits between them", async () => {
    const { send, timers, next } = open();
    const bulkhead = { maxConcurrent: 1, maxQueued: 1 };
    next(result.status(503));
    const endings = [send({ bulkhead, retry: someRetry }), send({ bulkhead })];
    await timers.advance(1_000);
    expect(endings.map(({ at }) => at)).toEqual([200, 300]);
  });

  it("holds the place of a stream until it ends", async () => {
    const { send, timers, next, attempts } = open();
    const bulkhead = { maxConcurrent: 1, maxQueued: 2 };
    const [broken, read] = [result.stream(), result.stream()];
    next(broken, read);
    const endings = [send({ bulkhead }), send({ bulkhead }), send({ bulkhead })];
    await timers.advance(1_000);
    expect(attempts.length).toBe(1);
    broken.stream.destroy();
    await timers.advance(1_000);
    expect(attempts.length).toBe(2);
    read.stream.push(null);
    read.stream.resume();
    await timers.advance(1_000);
    expect(endings.map(({ status }) => status)).toEqual([200, 200, 200]);
  });

  it("gives the place of a stream back that is over before it is given", async () => {
    const { send, timers, next } = open();
    const bulkhead = { maxConcurrent: 1, maxQueued: 1 };
    const over = result.stream();
    over.stream.destroy();
    next(over);
    const endings = [send({ bulkhead }), send({ bulkhead })];
    await timers.advance(1_000);
    expect(endings.map(({ status }) => status)).toEqual([200, 200]);
  });

  it("is one for each origin and each value of the settings, whoever configured them", async () => {
    const { send, timers, attempts } = open();
    const one = () => ({ maxConcurrent: 1, maxQueued: 0 });
    const endings = [
      send({ bulkhead: one() }),
      send({ bulkhead: one() }),
      send({ bulkhead: one(), origin: "https://prices.example.com" }),
      send({ bulkhead: { ...one(), maxConcurrent: 3 } }),
      send({ bulkhead: undefined }),
    ];
    await timers.advance(500);
    expect(endings.map(({ status }) => status)).toEqual([200, undefined, 200, 200, 200]);
    expect(attempts.length).toBe(4);
  });
});
