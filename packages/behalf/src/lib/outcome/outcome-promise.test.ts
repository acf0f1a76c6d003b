import { describe, expect, it } from "vitest";
import { Outcome } from "./outcome.ts";
import { guardOutcome, isPending, toOutcome, toOutcomePromise, whenReady } from "./outcome-promise.ts";

const error = new RangeError("no");
const fail = (): never => {
  throw error;
};

describe("OutcomePromise", () => {
  it.each([Outcome.success(0), Promise.resolve(Outcome.success(0))])(
    "is a native promise of an outcome",
    async (given) => {
      const promise = toOutcomePromise(given);
      expect(promise).toBeInstanceOf(Promise);
      expect(await promise).toEqual(Outcome.success(0));
      expect(await promise.unwrap()).toBe(0);
    },
  );

  it("throws the very same error by unwrap", async () => {
    const promise = toOutcomePromise(Outcome.fail(error));
    expect(await promise).toMatchObject({ ok: false, error });
    await expect(promise.unwrap()).rejects.toBe(error);
  });

  it("shares one unwrap among all promises", () => {
    expect(toOutcomePromise(Outcome.success(1)).unwrap).toBe(toOutcomePromise(Outcome.success(2)).unwrap);
  });
});

describe("toOutcome", () => {
  it("stays synchronous where the work is", () => {
    expect(toOutcome(() => 1)).toEqual(Outcome.success(1));
    expect(toOutcome(fail)).toEqual(Outcome.fail(error));
  });

  it("follows work that takes time", async () => {
    expect(await toOutcome(() => Promise.resolve(1))).toEqual(Outcome.success(1));
    expect(await toOutcome(() => Promise.reject(error))).toEqual(Outcome.fail(error));
  });
});

describe("guardOutcome", () => {
  it("gives the step's outcome", async () => {
    expect(guardOutcome(() => Outcome.success(1))).toEqual(Outcome.success(1));
    expect(await guardOutcome(() => Promise.resolve(Outcome.success(1)))).toEqual(Outcome.success(1));
  });

  it("turns what the step throws into a failure", async () => {
    expect(guardOutcome(fail)).toEqual(Outcome.fail(error));
    expect(await guardOutcome(() => Promise.reject(error))).toEqual(Outcome.fail(error));
  });
});

describe("whenReady", () => {
  it("goes on at once with a value that is there", () => {
    expect(whenReady(1, (value) => value + 1)).toBe(2);
  });

  it("waits for one that is not", async () => {
    expect(await whenReady(Promise.resolve(1), (value) => value + 1)).toBe(2);
  });

  it.each([null, undefined, 0, "then", {}])("takes %j for a value", (value) => {
    expect(isPending<unknown>(value)).toBe(false);
  });
});
