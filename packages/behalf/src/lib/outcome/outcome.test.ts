import { describe, expect, it } from "vitest";
import { Outcome } from "./outcome.ts";

const error = new RangeError("no");

describe("a successful outcome", () => {
  it.each([undefined, null, 0, "", false, Number.NaN])("carries %s", (value) => {
    const outcome: Outcome<unknown> = Outcome.success(value);
    expect(outcome.ok).toBe(true);
    expect(outcome.unwrap()).toBe(value);
    expect(outcome.valueOr("fallback")).toBe(value);
    expect(outcome.match({ success: () => "success", failure: () => "failure" })).toBe("success");
  });

  it("carries an error as a value", () => {
    const outcome = Outcome.success(error);
    expect([outcome.ok, outcome.value]).toEqual([true, error]);
  });

  it("maps its value", () => {
    expect(Outcome.success(2).map(String)).toEqual(Outcome.success("2"));
  });

  it("goes on with another outcome", () => {
    const halve = (value: number): Outcome<number> => (value % 2 ? Outcome.fail(error) : Outcome.success(value / 2));
    expect(Outcome.success(4).andThen(halve)).toEqual(Outcome.success(2));
    expect(Outcome.success(3).andThen(halve)).toEqual(Outcome.fail(error));
  });
});

describe("a failed outcome", () => {
  const failed: Outcome<string> = Outcome.fail(error);

  it("throws the very error that it carries", () => {
    expect(failed.ok).toBe(false);
    expect(() => failed.unwrap()).toThrow(error);
    expect(failed.match({ success: () => undefined, failure: (carried) => carried })).toBe(error);
  });

  it("stays as it is", () => {
    const change = (): never => {
      throw new Error("called");
    };
    expect(failed.map(change)).toEqual(failed);
    expect(failed.andThen(change)).toEqual(failed);
  });

  it("gives the fallback", () => {
    expect(failed.valueOr("fallback")).toBe("fallback");
  });

  it.each(["a text", undefined, 5])("makes %j the cause of an error", (reason) => {
    const { error: made } = Outcome.fail(reason);
    expect(made).toBeInstanceOf(Error);
    expect([made.name, made.cause]).toEqual(["AbortError", reason]);
  });
});
