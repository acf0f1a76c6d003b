import { AssertionError } from "node:assert";
import type { TokenStep } from "../scripted-as/token-step.ts";
import { checkNames, type ExpectedTokenStep, matchesStep } from "./expected-step.ts";
import { renderActual, renderExpected } from "./flow-table.ts";
import { type Pairs, pairInAnyOrder, pairInOrder } from "./pair-steps.ts";

/** What can be asserted about the token requests that an authorization server got. Each method fails at once, or goes on. */
export interface TokenFlowExpectation {
  /** Looks at those token requests only that are like this. */
  of(step: ExpectedTokenStep): TokenFlowExpectation;
  /** These token requests were made, in this order, and no other. */
  toBe(steps: readonly ExpectedTokenStep[]): TokenFlowExpectation;
  /** These token requests were made, in any order, and no other. */
  toBeInAnyOrder(steps: readonly ExpectedTokenStep[]): TokenFlowExpectation;
  /** So many token requests were made. */
  count(expected: number): TokenFlowExpectation;
  /** No token request was made. */
  none(): TokenFlowExpectation;
}

/** Whose token requests are looked at. */
export interface TokenFlowSource {
  readonly tokenFlow: readonly TokenStep[];
}

type Caller = (...given: never[]) => unknown;
type Pair = (actual: readonly TokenStep[], expected: readonly ExpectedTokenStep[]) => Pairs;

const countOf = (steps: readonly unknown[]): string =>
  steps.length === 1 ? "1 token request" : `${steps.length} token requests`;

/** Fails in the name of `caller`: the stack begins where it was called. */
function fail(lines: readonly string[], caller: Caller): never {
  throw new AssertionError({ message: lines.join("\n"), operator: "expectTokenFlow", stackStartFn: caller });
}

/** An expectation about these token requests. `filters` says which they are, for the message. */
function expectSteps(actual: readonly TokenStep[], filters: readonly ExpectedTokenStep[]): TokenFlowExpectation {
  const among = filters.length === 0 ? [] : ["", "looked at: those like each of", renderExpected(filters)];

  function compare(expected: readonly ExpectedTokenStep[], pair: Pair, caller: Caller): void {
    expected.forEach(checkNames);
    const pairs = pair(actual, expected);
    if ([...pairs.expected, ...pairs.actual].every((paired) => paired)) return;
    const order = pair === pairInOrder ? "in this order" : "in any order";
    const wanted = [`expected: ${countOf(expected)}, ${order}`, renderExpected(expected, pairs.expected)];
    const found = [`actual: ${countOf(actual)}`, renderActual(actual, pairs.actual)];
    fail(["The token flow is not as expected.", "", ...wanted, "", ...found, ...among], caller);
  }

  function compareCount(expected: number, caller: Caller): void {
    if (actual.length === expected) return;
    const head = `Expected ${expected === 1 ? "1 token request" : `${expected} token requests`}, not ${actual.length}.`;
    fail([head, "", "actual:", renderActual(actual), ...among], caller);
  }

  const expectation: TokenFlowExpectation = {
    of(step) {
      checkNames(step);
      return expectSteps(
        actual.filter((one) => matchesStep(one, step)),
        [...filters, step],
      );
    },
    toBe(steps) {
      compare(steps, pairInOrder, expectation.toBe);
      return expectation;
    },
    toBeInAnyOrder(steps) {
      compare(steps, pairInAnyOrder, expectation.toBeInAnyOrder);
      return expectation;
    },
    count(expected) {
      compareCount(expected, expectation.count);
      return expectation;
    },
    none() {
      compareCount(0, expectation.none);
      return expectation;
    },
  };
  return expectation;
}

/**
 * Asserts what an authorization server was asked for: how many tokens, by which grants, for whom and for what.
 *
 * A failure is an `AssertionError` of `node:assert`, whose message shows the expected and the actual flow as tables; no
 * token stands in it. Looks at the requests so far; `as.forgetRequests()` begins anew.
 *
 * @throws {TypeError} for a name that no token request has
 * @example
 * expectTokenFlow(as).toBe([{ grant: "tokenExchange", client: "orders-api", subject: "alice", audience: "inventory" }]);
 * expectTokenFlow(as).of({ subject: "bob" }).none();
 */
export function expectTokenFlow(as: TokenFlowSource): TokenFlowExpectation {
  return expectSteps(as.tokenFlow, []);
}
