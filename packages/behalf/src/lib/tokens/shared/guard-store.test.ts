import { stat } from "node:fs";
import { describe, expect, it } from "vitest";
import { type Clock, createClock } from "../../../../../../test/support/clock.ts";
import { createMemoryServer, type MemoryServer } from "../../../../../../test/support/memory-shared-store.ts";
import { recordEvents } from "../../../../../../test/support/record-events.ts";
import { createRecordingLogger, type RecordingLogger } from "../../../../../../test/support/recording-logger.ts";
import { createDiagnostics } from "../../diagnostics/diagnostics.ts";
import { type GuardedStore, guardStore } from "./guard-store.ts";

interface GuardUnderTest {
  readonly guard: GuardedStore;
  readonly server: MemoryServer;
  readonly clock: Clock;
  readonly logger: RecordingLogger;
  read(): Promise<unknown>;
  write(): Promise<unknown>;
}

function openGuard(timeoutMs = 60): GuardUnderTest {
  const server = createMemoryServer();
  const clock = createClock();
  const logger = createRecordingLogger();
  const guard = guardStore(server.connect(), {
    diagnostics: createDiagnostics("orders", logger),
    now: clock.now,
    timeoutMs,
  });
  return {
    guard,
    server,
    clock,
    logger,
    read: () => guard.ask((store) => store.read("a name")),
    write: () => guard.ask((store) => store.write("a name", "a text", 60_000), "write"),
  };
}

const refuseWrites = ({ guard }: GuardUnderTest) =>
  guard.ask(() => Promise.reject(new Error("full", { cause: { name: "Error", code: "OOM" } })), "write");

const times = async (count: number, work: () => Promise<unknown>): Promise<readonly unknown[]> => {
  const results: unknown[] = [];
  for (let at = 0; at < count; at += 1) results.push(await work());
  return results;
};

describe("a guarded store", () => {
  it("gives what the store answers", async () => {
    const { read, write } = openGuard();
    expect(await read()).toEqual({ value: undefined });
    await write();
    expect(await read()).toEqual({ value: "a text" });
  });

  it("gives nothing for a failure, and for a question that throws", async () => {
    const { guard, server, read } = openGuard();
    server.faults.away = true;
    expect(await read()).toBeUndefined();
    const misasked = await guard.ask(() => {
      throw new TypeError("at once");
    });
    expect(misasked).toBeUndefined();
  });

  it("waits for an answer no longer than it may", async () => {
    const { server, read } = openGuard();
    server.faults.delayMs = 5_000;
    const startedAt = performance.now();
    expect(await read()).toBeUndefined();
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });

  it("lets what is given up end as it likes", async () => {
    const { guard } = openGuard(5);
    const late = () => new Promise<never>((_, reject) => setTimeout(reject, 20, new Error("late")));
    expect(await guard.ask(late)).toBeUndefined();
    // An unhandled rejection fails the run.
    await new Promise((resolve) => setTimeout(resolve, 40));
  });

  it("takes an answer that came while the process itself was busy", async () => {
    const { guard } = openGuard(20);
    // From here on, timers come before sockets and files.
    await new Promise((resolve) => setImmediate(resolve));
    const question = () => new Promise((resolve) => stat(".", () => resolve("answered")));
    const asking = guard.ask(question);
    const until = performance.now() + 80;
    while (performance.now() < until);
    expect(await asking).toEqual({ value: "answered" });
  });

  it("is left alone after three failures in a row", async () => {
    const { guard, server, read } = openGuard();
    server.faults.away = true;
    await times(2, read);
    expect(guard.available).toBe(true);
    await read();
    expect(guard.available).toBe(false);
    const asked = server.asked();
    await times(10, read);
    expect(server.asked()).toBe(asked);
  });

  it("is asked on after two failures and an answer, however often", async () => {
    const { guard, server, read } = openGuard();
    for (let round = 0; round < 3; round += 1) {
      server.faults.away = true;
      await times(2, read);
      server.faults.away = false;
      await read();
    }
    expect(guard.available).toBe(true);
  });

  it("is asked one question after thirty seconds, and left alone again by its failure", async () => {
    const { server, clock, read } = openGuard();
    server.faults.away = true;
    await times(3, read);
    clock.advance(29_999);
    await read();
    expect(server.asked()).toBe(3);
    clock.advance(1);
    await Promise.all([read(), read(), read()]);
    expect(server.asked()).toBe(4);
    clock.advance(29_999);
    await read();
    expect(server.asked()).toBe(4);
  });

  it("is used again by the first answer", async () => {
    const { guard, server, clock, read } = openGuard();
    server.faults.away = true;
    await times(3, read);
    server.faults.away = false;
    clock.advance(30_000);
    expect(await read()).toEqual({ value: undefined });
    expect(guard.available).toBe(true);
    expect(guard.health().state).toBe("ok");
  });

  it("is not used again by an answer that was asked for before", async () => {
    const { guard, server, read } = openGuard(60);
    server.faults.delayMs = 30;
    const early = read();
    server.faults.away = true;
    server.faults.delayMs = 0;
    await times(3, read);
    server.faults.away = false;
    expect(await early).toEqual({ value: undefined });
    expect(guard.available).toBe(false);
  });

  it("is asked again when the clock was put back", async () => {
    const { guard, server, clock, read } = openGuard();
    server.faults.away = true;
    await times(3, read);
    clock.advance(-60_000);
    expect(guard.available).toBe(true);
  });
});

describe("a store that refuses what is written", () => {
  it("is read on, and not written to", async () => {
    const under = openGuard();
    await times(3, () => refuseWrites(under));
    await under.read();
    await refuseWrites(under);
    const asked = under.server.asked();
    expect(await under.write()).toBeUndefined();
    expect(under.server.asked()).toBe(asked);
    expect(await under.read()).toEqual({ value: undefined });
    expect(under.guard).toMatchObject({ available: true });
    expect(under.guard.health()).toMatchObject({ state: "degraded", lastError: "OOM" });
  });

  it("is one that is away where nothing can be read either", async () => {
    const states = recordEvents("behalf:state");
    const under = openGuard();
    under.server.faults.away = true;
    await times(5, under.write);
    await times(3, under.read);
    under.server.faults.away = false;
    under.clock.advance(30_000);
    await under.read();
    await under.write();
    expect(states.map(({ state }) => state)).toEqual(["unreachable", "reachable"]);
    expect(under.guard.health().state).toBe("ok");
  });

  it("is not taken for one that can be written to because it can be read", async () => {
    const states = recordEvents("behalf:state");
    const under = openGuard();
    for (let round = 0; round < 5; round += 1) {
      await refuseWrites(under);
      await under.read();
    }
    expect(states.map(({ state }) => state)).toEqual(["unwritable"]);
    under.clock.advance(30_000);
    await under.read();
    expect(under.guard.health().state).toBe("degraded");
    await under.write();
    expect(states.map(({ state }) => state)).toEqual(["unwritable", "writable"]);
  });
});

describe("what is told of a store", () => {
  it("is one line and one record for each change", async () => {
    const states = recordEvents("behalf:state");
    const { server, clock, logger, read } = openGuard();
    server.faults.away = true;
    await Promise.all(Array.from({ length: 50 }, read));
    clock.advance(30_000);
    await times(5, read);
    server.faults.away = false;
    clock.advance(30_000);
    await times(5, read);
    const what = { instance: "orders", what: "shared store" };
    expect(states).toEqual([
      { ...what, state: "unreachable", detail: { error: "Error" } },
      { ...what, state: "reachable", detail: { afterMs: 60_000 } },
    ]);
    expect(logger.lines.map(({ level }) => level)).toEqual(["warn", "warn"]);
  });

  it("names a failure by its code, and no more", async () => {
    const { guard } = openGuard();
    const cause = { name: "Error", code: "READONLY" };
    await guard.ask(() => Promise.reject(new Error("secret", { cause })));
    expect(guard.health()).toMatchObject({ state: "degraded", lastError: "READONLY" });
    await guard.ask(() => Promise.reject("secret"));
    expect(guard.health()).toMatchObject({ state: "degraded", lastError: "string" });
  });

  it("is since when it is so", async () => {
    const { guard, server, clock, read } = openGuard();
    const openedAt = new Date(clock.now());
    clock.advance(1_000);
    await read();
    expect(guard.health()).toEqual({ state: "ok", since: openedAt, lastError: undefined });
    server.faults.away = true;
    await read();
    const failedAt = new Date(clock.now());
    clock.advance(1_000);
    await read();
    expect(guard.health()).toEqual({ state: "degraded", since: failedAt, lastError: "Error" });
    await read();
    expect(guard.health()).toEqual({ state: "down", since: new Date(clock.now()), lastError: "Error" });
  });
});

describe("the end of a guarded store", () => {
  it("waits for what is under way and what follows it, and asks nothing more", async () => {
    const { guard, server, read } = openGuard(200);
    server.faults.delayMs = 20;
    const done: string[] = [];
    const chain = async (): Promise<void> => {
      for (const step of ["write", "call", "unlock"]) {
        await guard.ask((store) => store.write(step, "a text", 60_000));
        done.push(step);
      }
    };
    void chain();
    await guard.close();
    expect(done).toEqual(["write", "call", "unlock"]);
    expect(await read()).toBeUndefined();
    expect(guard.health().state).toBe("ok");
  });

  it("does not wait longer for a store that hangs than for an answer", async () => {
    const { guard, server, read } = openGuard();
    server.faults.delayMs = 2_000;
    void read();
    const startedAt = performance.now();
    await guard.close();
    expect(performance.now() - startedAt).toBeLessThan(1_500);
  });
});
