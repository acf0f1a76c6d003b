import { describe, expect, it } from "vitest";
import { createSingleFlight } from "./single-flight.ts";

interface Started {
  readonly signal: AbortSignal;
  readonly land: (value: string) => void;
  readonly crash: (error: unknown) => void;
}

function createFlights() {
  const started: Started[] = [];
  const start = (signal: AbortSignal): Promise<string> =>
    new Promise((land, crash) => {
      started.push({ signal, land, crash });
      signal.addEventListener("abort", () => crash(signal.reason));
    });
  return { flights: createSingleFlight<string>(), started, start };
}

const at = <item>(list: readonly item[], index: number): item => {
  const found = list[index];
  if (found === undefined) throw new Error(`There is nothing at ${index}`);
  return found;
};

const timeIsUp = new DOMException("The deadline has passed", "TimeoutError");

describe("createSingleFlight", () => {
  it("starts once for all who want the same key", async () => {
    const { flights, started, start } = createFlights();
    const landings = [flights.join("a", start), flights.join("a", start), flights.join("b", start)];
    expect([started.length, flights.size]).toEqual([2, 2]);
    at(started, 0).land("A");
    at(started, 1).land("B");
    expect(await Promise.all(landings)).toEqual([
      { value: "A", joined: false },
      { value: "A", joined: true },
      { value: "B", joined: false },
    ]);
    expect(flights.size).toBe(0);
  });

  it("starts anew after a landing and after a crash", async () => {
    const { flights, started, start } = createFlights();
    const first = flights.join("a", start);
    at(started, 0).crash(new Error("no"));
    await expect(first).rejects.toThrow("no");
    const second = flights.join("a", start);
    at(started, 1).land("A");
    expect(await second).toEqual({ value: "A", joined: false });
    void flights.join("a", start);
    expect(started).toHaveLength(3);
  });

  it("gives the same error to all who wait", async () => {
    const { flights, started, start } = createFlights();
    const waiting = [flights.join("a", start), flights.join("a", start, new AbortController().signal)];
    const error = new Error("no");
    at(started, 0).crash(error);
    expect(await Promise.allSettled(waiting)).toEqual(Array(2).fill({ status: "rejected", reason: error }));
  });

  it("goes on for the others when one leaves", async () => {
    const { flights, started, start } = createFlights();
    const leaving = new AbortController();
    const left = flights.join("a", start, leaving.signal);
    const stays = flights.join("a", start, new AbortController().signal);
    leaving.abort("gone");
    await expect(left).rejects.toBe("gone");
    expect(at(started, 0).signal.aborted).toBe(false);
    at(started, 0).land("A");
    expect((await stays).value).toBe("A");
  });

  it("goes on for one who has no signal", async () => {
    const { flights, started, start } = createFlights();
    const stays = flights.join("a", start);
    const controller = new AbortController();
    const left = flights.join("a", start, controller.signal);
    controller.abort("gone");
    await expect(left).rejects.toBe("gone");
    at(started, 0).land("A");
    expect((await stays).value).toBe("A");
  });

  it("aborts when all have left, and starts anew for the next", async () => {
    const { flights, started, start } = createFlights();
    const controllers = [new AbortController(), new AbortController()];
    const left = controllers.map(({ signal }) => flights.join("a", start, signal));
    for (const [index, controller] of controllers.entries()) controller.abort(`gone ${index}`);
    expect(await Promise.allSettled(left)).toMatchObject([{ reason: "gone 0" }, { reason: "gone 1" }]);
    expect(at(started, 0).signal).toMatchObject({ aborted: true, reason: "gone 1" });
    const next = flights.join("a", start);
    at(started, 1).land("A");
    expect(await next).toEqual({ value: "A", joined: false });
  });

  it("goes on when the time of the last one is over, for who comes next", async () => {
    const { flights, started, start } = createFlights();
    const controller = new AbortController();
    const left = flights.join("a", start, controller.signal);
    controller.abort(timeIsUp);
    await expect(left).rejects.toBe(timeIsUp);
    const next = flights.join("a", start);
    at(started, 0).land("A");
    expect(await next).toEqual({ value: "A", joined: true });
    expect(started).toHaveLength(1);
  });

  it.each([
    ["aborts when the last one hangs up, after the time of another", [timeIsUp, "gone"], true],
    ["goes on when the time of the last one is over, after another hung up", ["gone", timeIsUp], false],
  ])("%s", async (_case, reasons, aborted) => {
    const { flights, started, start } = createFlights();
    const controllers = [new AbortController(), new AbortController()];
    const left = controllers.map(({ signal }) => flights.join("a", start, signal));
    for (const [index, controller] of controllers.entries()) controller.abort(reasons[index]);
    await Promise.allSettled(left);
    expect(at(started, 0).signal.aborted).toBe(aborted);
  });

  it("keeps the newer flight when an abandoned one ends late", async () => {
    const { flights, started, start } = createFlights();
    const deaf = (): Promise<string> =>
      new Promise((land) => started.push({ signal: new AbortController().signal, land, crash: () => {} }));
    const controller = new AbortController();
    const left = flights.join("a", deaf, controller.signal);
    controller.abort("gone");
    await expect(left).rejects.toBe("gone");
    const next = flights.join("a", start);
    at(started, 0).land("old");
    await Promise.resolve();
    expect(flights.size).toBe(1);
    at(started, 1).land("new");
    expect((await next).value).toBe("new");
  });

  it("lets nobody join what was forgotten, and lands it for those who wait", async () => {
    const { flights, started, start } = createFlights();
    const early = flights.join("a", start);
    flights.forget("a");
    flights.forget("b");
    const late = [flights.join("a", start), flights.join("a", start)];
    at(started, 0).land("old");
    expect(await early).toEqual({ value: "old", joined: false });
    expect(flights.size).toBe(1);
    at(started, 1).land("new");
    expect((await Promise.all(late)).map(({ value }) => value)).toEqual(["new", "new"]);
    expect(started).toHaveLength(2);
  });

  it("starts nothing for one who has left already", async () => {
    const { flights, started, start } = createFlights();
    await expect(flights.join("a", start, AbortSignal.abort("gone"))).rejects.toBe("gone");
    expect(started).toEqual([]);
  });

  it("is not disturbed by an abort after the landing", async () => {
    const { flights, started, start } = createFlights();
    const controller = new AbortController();
    const landing = flights.join("a", start, controller.signal);
    at(started, 0).land("A");
    expect((await landing).value).toBe("A");
    controller.abort("late");
    expect(at(started, 0).signal.aborted).toBe(false);
  });

  it("shares nothing with another single flight", () => {
    const { flights, started, start } = createFlights();
    void flights.join("a", start);
    void createSingleFlight<string>().join("a", start);
    expect(started).toHaveLength(2);
  });
});
