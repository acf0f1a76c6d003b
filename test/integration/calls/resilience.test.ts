import { setTimeout as sleep } from "node:timers/promises";
import type { ServiceDefaultsOptions } from "behalf";
import { describe, expect, it, vi } from "vitest";
import { recordEvents } from "../../support/record-events.ts";
import { answer } from "../../support/scripted-backend.ts";
import { type Calls, openCalls } from "./open-calls.ts";

const breaker = { failureRatio: 1, minCalls: 3, windowMs: 60_000, openMs: 60_000 };
const retry = { attempts: 3, minDelayMs: 1, maxDelayMs: 5 };

async function open(inventory: ServiceDefaultsOptions) {
  const calls: Calls = await openCalls({ inventory });
  return { ...calls, inventory: calls.behalf.service("inventory") };
}

describe("a backend that fails too often", () => {
  it("is left alone, and its callers are told for how long", async () => {
    const states = recordEvents("behalf:state");
    const { inventory, backend } = await open({ breaker });
    backend.handle(answer.status(500));
    for (const _call of [1, 2, 3]) expect(await inventory.get("/items")).toMatchObject({ error: { status: 500 } });
    const { error } = await inventory
      .get("/items")
      .then((outcome) => ({ error: outcome.ok ? undefined : outcome.error }));
    expect(error).toMatchObject({ code: "BEHALF_BACKEND_BREAKER_OPEN", service: "inventory" });
    expect(Reflect.get(error ?? {}, "retryAfterMs")).toBeGreaterThan(50_000);
    expect(backend.requests.length).toBe(3);
    expect(states).toMatchObject([{ what: `backend ${backend.url}`, state: "unreachable" }]);
  });

  it("is asked by one call after a while, and by all once that is answered", async () => {
    const { inventory, backend } = await open({ breaker: { ...breaker, openMs: 20 } });
    backend.next(answer.status(500), answer.status(500), answer.status(500), answer.delay(200));
    for (const _call of [1, 2, 3]) await inventory.get("/items");
    await sleep(30);
    const both = await Promise.all([inventory.get("/items"), inventory.get("/items")]);
    expect(both).toMatchObject([{ ok: true }, { error: { code: "BEHALF_BACKEND_BREAKER_OPEN" } }]);
    expect(await Promise.all([inventory.get("/items"), inventory.get("/items")])).toMatchObject([
      { ok: true },
      { ok: true },
    ]);
  });

  it("is not one that answers 4xx", async () => {
    const { inventory, backend } = await open({ breaker });
    backend.handle(answer.status(404));
    for (const _call of [1, 2, 3, 4, 5])
      expect(await inventory.get("/items")).toMatchObject({ error: { status: 404 } });
    expect(backend.requests.length).toBe(5);
  });
});

describe("a bulkhead", () => {
  it("refuses what is more than it takes", async () => {
    const { inventory, backend } = await open({ bulkhead: { maxConcurrent: 1, maxQueued: 1 } });
    backend.handle(answer.delay(100));
    const outcomes = await Promise.all([1, 2, 3].map(() => inventory.get("/items").then((ended) => ended)));
    expect(outcomes).toMatchObject([{ ok: true }, { ok: true }, { error: { code: "BEHALF_BACKEND_OVERLOADED" } }]);
  });

  it("lets one who gives up leave the queue", async () => {
    const { inventory, backend } = await open({ bulkhead: { maxConcurrent: 1, maxQueued: 1 } });
    backend.handle(answer.delay(100));
    const caller = new AbortController();
    const first = inventory.get("/items").then((ended) => ended);
    const waiting = inventory.get("/items", { signal: caller.signal }).then((ended) => ended);
    await vi.waitFor(() => expect(backend.requests.length).toBe(1));
    caller.abort();
    const inItsPlace = inventory.get("/items").then((ended) => ended);
    expect(await waiting).toMatchObject({ error: { name: "AbortError" } });
    expect([await first, await inItsPlace]).toMatchObject([{ ok: true }, { ok: true }]);
    expect(backend.requests.length).toBe(2);
  });

  it("gives the place of a stream back when it was read, or was not wanted", async () => {
    const { inventory, backend } = await open({ bulkhead: { maxConcurrent: 1, maxQueued: 0 } });
    backend.handle(answer.stream(["a", "b"]));
    const read = await inventory.get("/items").stream().unwrap();
    expect(await inventory.get("/items")).toMatchObject({ error: { code: "BEHALF_BACKEND_OVERLOADED" } });
    for await (const _chunk of read);
    const unwanted = await inventory.get("/items").stream().unwrap();
    unwanted.destroy();
    await vi.waitFor(async () => expect(await inventory.get("/items")).toMatchObject({ ok: true }));
  });
});

describe("a call that is tried again", () => {
  it("sends the same body each time, and its record tells why", async () => {
    const records = recordEvents("behalf:call");
    const { inventory, backend } = await open({ retry });
    backend.next(answer.status(503), answer.drop());
    await inventory.put("/items", { json: { price: 7 } }).unwrap();
    expect(backend.requests.map(({ body }) => body)).toEqual(Array(3).fill('{"price":7}'));
    expect(records).toMatchObject([{ attempts: 3, resentAfter: "retry", status: 200 }]);
  });

  it("goes with another token when that is refused on the way", async () => {
    const { inventory, backend } = await open({ retry });
    backend.next(answer.status(503), answer.unauthorized('Bearer error="invalid_token"'));
    expect(await inventory.get("/items")).toMatchObject({ ok: true });
    const [first, second, third] = backend.requests.map(({ token }) => token);
    expect([first === second, second === third]).toEqual([true, false]);
  });

  it("ends with the time of the call", async () => {
    const { inventory, backend } = await open({ retry: { ...retry, attempts: 9, attemptTimeoutMs: 100 } });
    backend.handle(answer.hang());
    const startedAt = performance.now();
    const outcome = await inventory.get("/items", { timeoutMs: 2_000 });
    expect(outcome).toMatchObject({ error: { code: "BEHALF_BACKEND_TIMEOUT" } });
    expect(performance.now() - startedAt).toBeLessThan(5_000);
    expect(backend.requests.length).toBeGreaterThan(1);
  });
});

describe("a hedged call", () => {
  it("is answered by the attempt that is faster, and the other one is ended", async () => {
    const records = recordEvents("behalf:call");
    const { inventory, backend } = await open({ hedge: { afterMs: 20 } });
    backend.next(answer.hang());
    expect(await inventory.get("/items")).toMatchObject({ ok: true });
    expect(backend.requests.length).toBe(2);
    await vi.waitFor(() => expect(backend.request(0).aborted).toBe(true));
    expect(records).toMatchObject([{ attempts: 2, resentAfter: "hedge" }]);
  });
});
