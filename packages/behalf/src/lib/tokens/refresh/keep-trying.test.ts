import { describe, expect, it } from "vitest";
import { keepTrying } from "./keep-trying.ts";

/** Tries until the attempt of this number; gives the waits. */
async function tryUntil(done: number): Promise<readonly number[]> {
  const waitsMs: number[] = [];
  const wait = async (ms: number): Promise<void> => void waitsMs.push(ms);
  await keepTrying(async () => waitsMs.length >= done, wait);
  return waitsMs;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);

describe("keepTrying", () => {
  it("ends with the first attempt that is done", async () => {
    expect(await tryUntil(3)).toHaveLength(3);
  });

  it("waits for a second at most between two attempts", async () => {
    expect(Math.max(...(await tryUntil(Number.POSITIVE_INFINITY)))).toBeLessThanOrEqual(1_000);
  });

  it("gives up after about a minute", async () => {
    const totalMs = sum(await tryUntil(Number.POSITIVE_INFINITY));
    expect(totalMs).toBeGreaterThan(55_000);
    expect(totalMs).toBeLessThan(65_000);
  });
});
