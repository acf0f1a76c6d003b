import { describe, expect, it, vi } from "vitest";
import { createClock } from "../../../../../../test/support/clock.ts";
import { createMemoryServer } from "../../../../../../test/support/memory-shared-store.ts";
import { createRecordingLogger } from "../../../../../../test/support/recording-logger.ts";
import { createDiagnostics } from "../../diagnostics/diagnostics.ts";
import type { SharedStore } from "../shared-store.ts";
import { guardStore } from "./guard-store.ts";
import { createWakes, type Wakes } from "./wakes.ts";

function connect(store: SharedStore): Wakes {
  const diagnostics = createDiagnostics("orders", createRecordingLogger());
  return createWakes(guardStore(store, { diagnostics, now: createClock().now }));
}

async function measure(work: Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work;
  return performance.now() - startedAt;
}

const longMs = 3_000;

/** Calls until somebody wakes: who has just begun to wait may not be listening yet. */
async function wakeUp(waiting: Promise<void>, wakes: Wakes, name: string): Promise<void> {
  let awake = false;
  void waiting.then(() => {
    awake = true;
  });
  await vi.waitFor(
    async () => {
      await wakes.call(name);
      expect(awake).toBe(true);
    },
    { timeout: 1_000, interval: 5 },
  );
}

describe("who waits for a name", () => {
  it("wakes when it is called in another process", async () => {
    const server = createMemoryServer();
    const [one, other] = [connect(server.connect()), connect(server.connect())];
    await wakeUp(one.next("a name", longMs), other, "a name");
  });

  it("wakes with all others, by one subscription", async () => {
    const server = createMemoryServer();
    const store = server.connect();
    const subscribe = vi.fn(store.subscribe);
    const [one, other] = [connect({ ...store, subscribe }), connect(server.connect())];
    await wakeUp(one.next("a name", longMs), other, "a name");
    const all = Promise.all(["a", "b", "b"].map((name) => one.next(name, longMs)));
    await Promise.all([other.call("a"), other.call("b")]);
    expect(await measure(all)).toBeLessThan(1_000);
    expect(subscribe).toHaveBeenCalledTimes(1);
  });

  it("does not wake for another name", async () => {
    const server = createMemoryServer();
    const [one, other] = [connect(server.connect()), connect(server.connect())];
    await wakeUp(one.next("a name", longMs), other, "a name");
    const waiting = measure(one.next("another name", 80));
    await other.call("a third name");
    expect(await waiting).toBeGreaterThan(70);
  });

  it("looks again after the time where nothing can be heard", async () => {
    const server = createMemoryServer();
    server.faults.away = true;
    expect(await measure(connect(server.connect()).next("a name", 30))).toBeLessThan(1_000);
  });

  it("hears by a subscription that the store was long to agree to", async () => {
    const server = createMemoryServer();
    server.faults.delayMs = 400;
    const [one, other] = [connect(server.connect()), connect(server.connect())];
    await one.next("a name", 1);
    await new Promise((resolve) => setTimeout(resolve, 450));
    server.faults.delayMs = 0;
    const waiting = measure(one.next("a name", longMs));
    await other.call("a name");
    expect(await waiting).toBeLessThan(1_000);
  });

  it("subscribes anew where the store refused", async () => {
    const server = createMemoryServer();
    const [one, other] = [connect(server.connect()), connect(server.connect())];
    server.faults.away = true;
    await one.next("a name", 20);
    server.faults.away = false;
    await wakeUp(one.next("a name", longMs), other, "a name");
  });

  it("wakes at the end, and the subscription ends", async () => {
    const store = createMemoryServer().connect();
    const stop = vi.fn(async () => {});
    const wakes = connect({ ...store, subscribe: async () => stop });
    const waiting = measure(wakes.next("a name", longMs));
    wakes.close();
    expect(await waiting).toBeLessThan(1_000);
    await vi.waitFor(() => expect(stop).toHaveBeenCalledTimes(1));
  });
});

it("a slow subscription is no failure of the store", async () => {
  const server = createMemoryServer();
  const diagnostics = createDiagnostics("orders", createRecordingLogger());
  const guard = guardStore(server.connect(), { diagnostics, now: createClock().now, timeoutMs: 20 });
  server.faults.delayMs = 60;
  await createWakes(guard).next("a name", 100);
  expect(guard.health()).toMatchObject({ state: "ok", lastError: undefined });
});
