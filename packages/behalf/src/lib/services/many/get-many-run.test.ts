import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, it, onTestFinished } from "vitest";
import { Outcome } from "../../outcome/outcome.ts";
import { type RunBounds, runEach, type Work } from "./get-many-run.ts";

/** Work that ends when the test says so. */
class Gate {
  settle: (outcome: Outcome<string>) => void = () => {};
  signal: AbortSignal | undefined;
  readonly work: Work<string> = (signal) => {
    this.signal = signal;
    return new Promise((resolve) => {
      this.settle = resolve;
    });
  };
}

const bounds: RunBounds = { concurrency: 2, tolerateFailures: false, signal: undefined };
const createGates = (count: number): readonly [Gate, Gate, Gate, ...Gate[]] => [
  new Gate(),
  new Gate(),
  new Gate(),
  ...Array.from({ length: count - 3 }, () => new Gate()),
];
const toPieces = (gates: readonly Gate[]): ReadonlyMap<string, Work<string>> =>
  new Map(gates.map(({ work }, index) => [`${index}`, work]));
const countStarted = (gates: readonly Gate[]): number => gates.filter(({ signal }) => signal).length;

function listUnhandled(): readonly unknown[] {
  const unhandled: unknown[] = [];
  const keep = (reason: unknown): void => void unhandled.push(reason);
  process.on("unhandledRejection", keep);
  onTestFinished(() => void process.off("unhandledRejection", keep));
  return unhandled;
}

describe("runEach", () => {
  it("starts as many at a time as it may, and the next when one ends", async () => {
    const gates = createGates(5);
    void runEach(toPieces(gates), bounds);
    expect(countStarted(gates)).toBe(2);
    gates[1].settle(Outcome.success("b"));
    await turn();
    expect(countStarted(gates)).toBe(3);
  });

  it("gives the outcome of each by its name, whichever ends first", async () => {
    const gates = createGates(3);
    const running = runEach(toPieces(gates), { ...bounds, concurrency: 3 });
    for (const [index, gate] of [...gates.entries()].reverse()) gate.settle(Outcome.success(`${index}`));
    const found = (await running).unwrap();
    expect(["0", "1", "2"].map((name) => found.get(name)?.unwrap())).toEqual(["0", "1", "2"]);
  });

  it("ends by the first failure: aborts what runs, and starts nothing more", async () => {
    const gates = createGates(4);
    const running = runEach(toPieces(gates), bounds);
    const error = new Error("no");
    gates[1].settle(Outcome.fail(error));
    expect(await running).toMatchObject({ ok: false, error });
    expect(gates[0].signal?.reason).toBe(error);
    gates[0].settle(Outcome.success("late"));
    await turn();
    expect(countStarted(gates)).toBe(2);
  });

  it("goes on after a failure that is tolerated", async () => {
    const gates = createGates(3);
    const running = runEach(toPieces(gates), { ...bounds, concurrency: 3, tolerateFailures: true });
    gates[0].settle(Outcome.fail(new Error("no")));
    gates[1].settle(Outcome.success("b"));
    gates[2].settle(Outcome.success("c"));
    const found = (await running).unwrap();
    expect([...found.values()].map(({ ok }) => ok)).toEqual([false, true, true]);
  });

  it.each([true, false])("ends by an abort at once, failures tolerated: %s", async (tolerateFailures) => {
    const gates = createGates(3);
    const controller = new AbortController();
    const running = runEach(toPieces(gates), { ...bounds, tolerateFailures, signal: controller.signal });
    controller.abort(new Error("enough"));
    expect(await running).toMatchObject({ ok: false, error: { message: "enough" } });
    expect(gates[0].signal?.aborted).toBe(true);
    gates[0].settle(Outcome.success("late"));
    await turn();
    expect(countStarted(gates)).toBe(2);
  });

  it("starts nothing after an abort", async () => {
    const gates = createGates(3);
    const outcome = await runEach(toPieces(gates), { ...bounds, signal: AbortSignal.abort(new Error("enough")) });
    expect(outcome).toMatchObject({ ok: false, error: { message: "enough" } });
    expect(countStarted(gates)).toBe(0);
  });

  it("makes failures of what is thrown, and leaves no rejection to nobody", async () => {
    const unhandled = listUnhandled();
    const fails: Work<string> = async () => Promise.reject(new Error("no"));
    const throws: Work<string> = () => {
      throw new Error("never");
    };
    const pieces = new Map([
      ["a", fails],
      ["b", throws],
      ["c", fails],
    ]);
    expect(await runEach(pieces, { ...bounds, concurrency: 3 })).toMatchObject({ ok: false });
    const tolerated = await runEach(pieces, { ...bounds, tolerateFailures: true });
    expect([...tolerated.unwrap().values()].map(({ ok }) => ok)).toEqual([false, false, false]);
    await turn();
    expect(unhandled).toEqual([]);
  });

  it("listens to the signal no longer than it runs", async () => {
    const { signal } = new AbortController();
    const removed: string[] = [];
    signal.removeEventListener = (type: string): void => void removed.push(type);
    await runEach(new Map([["a", (): Outcome<string> => Outcome.success("a")]]), { ...bounds, signal });
    expect(removed).toEqual(["abort"]);
  });
});
