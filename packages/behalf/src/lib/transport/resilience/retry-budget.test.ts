import { describe, expect, it } from "vitest";
import { RetryBudget } from "./retry-budget.ts";

const takeAll = (budget: RetryBudget): number => {
  let taken = 0;
  while (budget.take()) taken += 1;
  return taken;
};

describe("a retry budget", () => {
  it("begins with ten, and never holds more", () => {
    const budget = new RetryBudget(1);
    budget.deposit();
    expect(takeAll(budget)).toBe(10);
  });

  it.each([0.1, 0.2, 0.3, 0.7])("gives one for each whole of the share %d", (share) => {
    const budget = new RetryBudget(share);
    takeAll(budget);
    let taken = 0;
    for (let calls = 0; calls < 1_000; calls += 1) {
      budget.deposit();
      taken += takeAll(budget);
    }
    expect(taken).toBe(Math.round(1_000 * share));
  });

  it("gives none beyond the first ten of a share of nothing", () => {
    const budget = new RetryBudget(0);
    expect(takeAll(budget)).toBe(10);
    budget.deposit();
    expect(takeAll(budget)).toBe(0);
  });
});
