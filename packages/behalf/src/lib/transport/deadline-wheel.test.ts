import { afterEach, describe, expect, it, vi } from "vitest";
import { createDeadlineWheel } from "./deadline-wheel.ts";

const timers = vi.spyOn(globalThis, "setInterval");
const cleared = vi.spyOn(globalThis, "clearInterval");

const lastTimer = (): NodeJS.Timeout | undefined => timers.mock.results.at(-1)?.value;

afterEach(() => {
  timers.mockClear();
  cleared.mockClear();
});

describe("createDeadlineWheel", () => {
  it("has no timer before anything is set", () => {
    createDeadlineWheel();
    expect(timers).not.toHaveBeenCalled();
  });

  it("expires after the time, at most a tick late", async () => {
    const startedAt = performance.now();
    await new Promise<void>((resolve) => createDeadlineWheel().set(20, resolve));
    const elapsed = performance.now() - startedAt;
    expect(elapsed).toBeGreaterThanOrEqual(20);
  });

  it("expires nothing that is called off", async () => {
    const wheel = createDeadlineWheel();
    const expire = vi.fn();
    wheel.set(1, expire)();
    await new Promise<void>((resolve) => wheel.set(1, resolve));
    expect(expire).not.toHaveBeenCalled();
  });

  it("has one timer for all that is set", () => {
    const wheel = createDeadlineWheel();
    for (let count = 0; count < 1_000; count++) wheel.set(10_000, () => {})();
    expect(timers).toHaveBeenCalledTimes(1);
  });

  it("keeps no process alive", () => {
    createDeadlineWheel().set(10_000, () => {})();
    expect(lastTimer()?.hasRef()).toBe(false);
  });

  it("stops its timer when nothing is left, and starts another one when needed", async () => {
    const wheel = createDeadlineWheel();
    await new Promise<void>((resolve) => wheel.set(1, resolve));
    await vi.waitFor(() => expect(cleared).toHaveBeenCalledWith(lastTimer()));
    await new Promise<void>((resolve) => wheel.set(1, resolve));
    expect(timers).toHaveBeenCalledTimes(2);
  });
});
