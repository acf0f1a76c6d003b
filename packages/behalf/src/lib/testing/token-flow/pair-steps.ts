import type { TokenStep } from "../scripted-as/token-step.ts";
import { type ExpectedTokenStep, matchesStep } from "./expected-step.ts";

/** Which of the expected and of the actual token requests have a partner. */
export interface Pairs {
  readonly expected: readonly boolean[];
  readonly actual: readonly boolean[];
}

/** Pairs each expected token request with the actual one at its place. */
export function pairInOrder(actual: readonly TokenStep[], expected: readonly ExpectedTokenStep[]): Pairs {
  const fits = (index: number): boolean => {
    const [step, wanted] = [actual[index], expected[index]];
    return step !== undefined && wanted !== undefined && matchesStep(step, wanted);
  };
  return { expected: expected.map((_, index) => fits(index)), actual: actual.map((_, index) => fits(index)) };
}

/**
 * Pairs as many as can be paired, in any order. An expectation that fits several requests gives way to one that fits fewer:
 * by augmenting paths, so that no order of the two lists leads to a false failure.
 */
export function pairInAnyOrder(actual: readonly TokenStep[], expected: readonly ExpectedTokenStep[]): Pairs {
  const holders = new Map<number, number>();

  function place(wanted: number, tried: Set<number>): boolean {
    const fitting = actual.findIndex((step, index) => {
      const wish = expected[wanted];
      if (tried.has(index) || wish === undefined || !matchesStep(step, wish)) return false;
      tried.add(index);
      const holder = holders.get(index);
      return holder === undefined || place(holder, tried);
    });
    if (fitting >= 0) holders.set(fitting, wanted);
    return fitting >= 0;
  }

  for (const index of expected.keys()) place(index, new Set());
  const paired = new Set(holders.values());
  return {
    expected: expected.map((_, index) => paired.has(index)),
    actual: actual.map((_, index) => holders.has(index)),
  };
}
