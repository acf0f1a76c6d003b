import { createClock } from "behalf/testing";
import { describe, expect, it } from "vitest";

describe("createClock", () => {
  it("stands still", () => {
    const { now } = createClock(1_000);
    expect([now(), now()]).toEqual([1_000, 1_000]);
  });

  it("advances by milliseconds", () => {
    const clock = createClock(1_000);
    clock.advance(250);
    expect(clock.now()).toBe(1_250);
  });

  it("is set to an instant", () => {
    const clock = createClock(1_000);
    clock.set(5);
    expect(clock.now()).toBe(5);
  });
});
