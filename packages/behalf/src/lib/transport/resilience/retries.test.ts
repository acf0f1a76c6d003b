import { describe, expect, it } from "vitest";
import {
  type OpenedResilience,
  openResilience,
  result,
  type ScriptedResult,
  someRetry,
  watchEnding,
} from "../../../../../../test/support/open-resilience.ts";
import type { RetrySettings } from "../../values/call-settings.ts";
import type { ResilientCall } from "../resilience.ts";
import { OwnCancellation } from "./own-cancellation.ts";

interface Row {
  readonly call?: Partial<ResilientCall>;
  readonly retry?: Partial<RetrySettings>;
  /** What each attempt gives, until one that is not scripted answers 200. */
  readonly gives: readonly ScriptedResult[];
  readonly attempts: number;
  readonly ends: number | string;
}

const keyed = { hasIdempotencyKey: true };
const stuck = { replayable: false };
const { status, failure } = result;
const down = [status(503)];

const rows: Readonly<Record<string, Row>> = {
  // The method and the body.
  "GET after 503": { gives: down, attempts: 2, ends: 200 },
  "HEAD after 503": { call: { method: "HEAD" }, gives: down, attempts: 2, ends: 200 },
  "OPTIONS after 503": { call: { method: "OPTIONS" }, gives: down, attempts: 2, ends: 200 },
  "PUT after 503": { call: { method: "PUT" }, gives: down, attempts: 2, ends: 200 },
  "DELETE after 503": { call: { method: "DELETE" }, gives: down, attempts: 2, ends: 200 },
  "PUT of a stream": { call: { method: "PUT", ...stuck }, gives: down, attempts: 1, ends: 503 },
  POST: { call: { method: "POST" }, gives: down, attempts: 1, ends: 503 },
  PATCH: { call: { method: "PATCH" }, gives: [failure("unreachable")], attempts: 1, ends: "unreachable" },
  "POST with a key": { call: { method: "POST", ...keyed }, gives: down, attempts: 2, ends: 200 },
  "PATCH with a key": { call: { method: "PATCH", ...keyed }, gives: down, attempts: 2, ends: 200 },
  "POST of a stream with a key": { call: { method: "POST", ...keyed, ...stuck }, gives: down, attempts: 1, ends: 503 },
  "POST that is listed": {
    call: { method: "POST" },
    retry: { methods: new Set(["POST"]) },
    gives: down,
    attempts: 1,
    ends: 503,
  },
  "GET that is not listed": { retry: { methods: new Set(["PUT"]) }, gives: down, attempts: 1, ends: 503 },
  "a method that nobody knows": { call: { method: "PURGE" }, gives: down, attempts: 1, ends: 503 },
  // The status.
  "200": { gives: [status(200)], attempts: 1, ends: 200 },
  "408": { gives: [status(408)], attempts: 2, ends: 200 },
  "429": { gives: [status(429)], attempts: 2, ends: 200 },
  "502": { gives: [status(502)], attempts: 2, ends: 200 },
  "504": { gives: [status(504)], attempts: 2, ends: 200 },
  "401": { gives: [status(401)], attempts: 1, ends: 401 },
  "404": { gives: [status(404)], attempts: 1, ends: 404 },
  "500, which is not listed": { gives: [status(500)], attempts: 1, ends: 500 },
  "500, which is listed": { retry: { statuses: new Set([500]) }, gives: [status(500)], attempts: 2, ends: 200 },
  "503, which is not listed": { retry: { statuses: new Set([429]) }, gives: down, attempts: 1, ends: 503 },
  // The failure.
  unreachable: { gives: [failure("unreachable")], attempts: 2, ends: 200 },
  "a time of the attempt that is over": {
    retry: { attemptTimeoutMs: 500 },
    gives: [result.hang()],
    attempts: 2,
    ends: 200,
  },
  "a connection that does not come about in its time": { gives: [failure("timeout", 50)], attempts: 2, ends: 200 },
  "a time of the call that is over": { gives: [result.hang()], attempts: 1, ends: "timeout" },
  "too large": { gives: [failure("tooLarge")], attempts: 1, ends: "tooLarge" },
  unreadable: { gives: [failure("unreadable")], attempts: 1, ends: "unreadable" },
  closed: { gives: [failure("closed")], attempts: 1, ends: "closed" },
  "an error of our own": { gives: [result.error(new TypeError("ours"))], attempts: 1, ends: "ours" },
  // How often.
  "down to the end": { gives: [status(503), failure("unreachable"), status(504)], attempts: 3, ends: 504 },
  "down to the end, without an answer at last": {
    gives: [status(503), status(503), failure("unreachable")],
    attempts: 3,
    ends: "unreachable",
  },
  "one attempt": { retry: { attempts: 1 }, gives: down, attempts: 1, ends: 503 },
  "five attempts": { retry: { attempts: 5 }, gives: [...down, ...down, ...down, ...down], attempts: 5, ends: 200 },
  // `Retry-After`.
  "a wait that fits": { gives: [status(503, { "retry-after": "2" })], attempts: 2, ends: 200 },
  "a wait that is too long": { gives: [status(503, { "retry-after": "3" })], attempts: 1, ends: 503 },
  "a wait beyond the time of the call": {
    call: { timeoutMs: 2_000 },
    gives: [status(503, { "retry-after": "2" })],
    attempts: 1,
    ends: 503,
  },
  "a wait that cannot be read": { gives: [status(503, { "retry-after": "soon" })], attempts: 2, ends: 200 },
};

function endOf({ ending }: { readonly ending: ReturnType<typeof watchEnding> }): unknown {
  const { status: given, error } = ending;
  if (given !== undefined) return given;
  return error instanceof Error && "failure" in error ? error.failure : (error as Error | undefined)?.message;
}

function send(opened: OpenedResilience, { call, retry }: Pick<Row, "call" | "retry"> = {}) {
  return watchEnding(opened.send({ retry: { ...someRetry, ...retry }, ...call }), opened.timers);
}

describe("a call with retries", () => {
  it.each(Object.entries(rows))("%s", async (_name, row) => {
    const opened = openResilience();
    opened.next(...row.gives);
    const ending = send(opened, row);
    await opened.timers.advance(60_000);
    expect([opened.attempts.length, endOf({ ending })]).toEqual([row.attempts, row.ends]);
    expect(opened.resent).toEqual(Array(row.attempts - 1).fill("retry"));
    expect(opened.timers.running).toBe(0);
  });

  it("waits a random part of a time that doubles up to the longest", async () => {
    const chances = [1, 0.5, 1, 0];
    const opened = openResilience({ random: () => chances.shift() ?? 1 });
    opened.next(...Array(4).fill(failure("unreachable")));
    send(opened, { retry: { attempts: 5, minDelayMs: 100, maxDelayMs: 350 } });
    await opened.timers.advance(10_000);
    expect(opened.attempts.map(({ at }) => at)).toEqual([0, 100, 200, 550, 550]);
  });

  it("waits as long as it is asked to, and longer only by chance", async () => {
    const chances = [0.1, 1];
    const opened = openResilience({ random: () => chances.shift() ?? 1 });
    opened.next(...Array(2).fill(status(429, { "retry-after": "1" })));
    send(opened, { retry: { minDelayMs: 1_500 } });
    await opened.timers.advance(10_000);
    expect(opened.attempts.map(({ at }) => at)).toEqual([0, 1_000, 3_000]);
  });

  it("waits by chance when it may come back at once", async () => {
    const opened = openResilience();
    opened.next(status(429, { "retry-after": "0" }));
    send(opened);
    await opened.timers.advance(10_000);
    expect(opened.attempts.map(({ at }) => at)).toEqual([0, 100]);
  });

  it("gives each attempt what is left, and no more than its own time", async () => {
    const opened = openResilience();
    opened.next(failure("unreachable", 700), failure("unreachable", 50));
    send(opened, { call: { timeoutMs: 1_500 }, retry: { attemptTimeoutMs: 1_000 } });
    await opened.timers.advance(10_000);
    expect(opened.attempts.map(({ timeoutMs }) => timeoutMs)).toEqual([1_000, 700, 450]);
  });

  it("leaves an attempt that none can follow all the time of the call", async () => {
    const opened = openResilience();
    send(opened, { call: { method: "POST" }, retry: { attemptTimeoutMs: 1_000 } });
    await opened.timers.advance(0);
    expect(opened.attempts).toMatchObject([{ timeoutMs: 30_000 }]);
  });

  it("is not sent when its time is over before, and not kept waiting when it would be", async () => {
    const opened = openResilience();
    const late = send(opened, { call: { timeoutMs: 0 } });
    opened.next(status(503, { "retry-after": "2" }));
    const inTime = send(opened, { call: { timeoutMs: 2_000 } });
    await opened.timers.advance(10_000);
    expect([late, inTime]).toMatchObject([{ error: { failure: "timeout", sent: false } }, { status: 503, at: 0 }]);
    expect(opened.attempts.length).toBe(1);
  });

  it("is not tried again when its time is over after the wait", async () => {
    const opened = openResilience();
    opened.next(status(503));
    const ending = send(opened, { call: { timeoutMs: 500 } });
    await opened.timers.advance(50);
    opened.timers.stall(500);
    await opened.timers.advance(0);
    expect([ending, opened.attempts.length]).toEqual([{ status: 503, at: 550 }, 1]);
  });

  it("has no time without an end cut short", async () => {
    const opened = openResilience();
    opened.next(status(503));
    const ending = send(opened, { call: { timeoutMs: Number.POSITIVE_INFINITY } });
    await opened.timers.advance(10_000);
    expect([ending.status, opened.attempts[0]?.timeoutMs]).toEqual([200, Number.POSITIVE_INFINITY]);
  });

  it("ends at once by the reason of who cancels it while it waits", async () => {
    const opened = openResilience();
    const caller = new OwnCancellation();
    opened.next(status(503));
    const ending = send(opened, { call: { cancellations: [caller] } });
    await opened.timers.advance(50);
    caller.cancel("gone");
    await opened.timers.advance(0);
    expect([ending, opened.attempts.length, opened.timers.running]).toEqual([{ error: "gone", at: 50 }, 1, 0]);
  });

  it("is not tried again when the attempt was cancelled", async () => {
    const opened = openResilience();
    const caller = new OwnCancellation();
    opened.next(status(503, {}, 100));
    const ending = send(opened, { call: { cancellations: [caller] } });
    await opened.timers.advance(50);
    caller.cancel("gone");
    await opened.timers.advance(1_000);
    expect([ending.error, opened.attempts.length]).toEqual(["gone", 1]);
  });

  it("destroys the stream of an answer that it throws away, and not that of the one it gives", async () => {
    const opened = openResilience();
    const [thrownAway, given] = [result.stream(202), result.stream(202)];
    opened.next(thrownAway, given);
    const ending = send(opened, { retry: { statuses: new Set([202]), attempts: 2 } });
    await opened.timers.advance(10_000);
    expect([ending.status, thrownAway.stream.destroyed, given.stream.destroyed]).toEqual([202, true, false]);
  });

  it("destroys it also when it is cancelled while it waits", async () => {
    const opened = openResilience();
    const caller = new OwnCancellation();
    const kept = result.stream(202);
    opened.next(kept);
    send(opened, { call: { cancellations: [caller] }, retry: { statuses: new Set([202]) } });
    await opened.timers.advance(50);
    caller.cancel("gone");
    await opened.timers.advance(0);
    expect(kept.stream.destroyed).toBe(true);
  });
});

describe("the budget of an origin", () => {
  const outage = async (opened: OpenedResilience, calls: number): Promise<void> => {
    opened.always(failure("unreachable"));
    for (let count = 0; count < calls; count += 1) send(opened);
    await opened.timers.advance(10_000);
    opened.always(status(200));
  };

  it("bounds the retries of an outage to ten and a share of the calls", async () => {
    const opened = openResilience();
    await outage(opened, 100);
    expect(opened.resent.length).toBe(10);
    await outage(opened, 100);
    expect(opened.resent.length).toBe(20);
  });

  it("fills again with the calls that go well", async () => {
    const opened = openResilience();
    await outage(opened, 20);
    expect(opened.resent.length).toBe(10);
    for (let count = 0; count < 5; count += 1) send(opened);
    await opened.timers.advance(0);
    opened.next(failure("unreachable"));
    const ending = send(opened);
    await opened.timers.advance(10_000);
    expect([ending.status, opened.resent.length]).toEqual([200, 11]);
  });

  it("is not that of another origin", async () => {
    const opened = openResilience();
    await outage(opened, 20);
    opened.next(failure("unreachable"));
    const ending = send(opened, { call: { origin: "https://prices.example.com" } });
    await opened.timers.advance(10_000);
    expect(ending.status).toBe(200);
  });
});
