import { once } from "node:events";
import { afterEach, describe, expect, it, vi } from "vitest";
import { startTimer } from "./timers.ts";

const timers = vi.spyOn(globalThis, "setTimeout");

afterEach(() => {
  timers.mockClear();
});

describe("startTimer", () => {
  it("calls back", async () => {
    const target = new EventTarget();
    const fired = once(target, "fired");
    startTimer(() => target.dispatchEvent(new Event("fired")), 1);
    await fired;
  });

  it("keeps the process alive: somebody waits for it", () => {
    const stop = startTimer(() => {}, 60_000);
    expect(timers.mock.results.at(-1)?.value.hasRef()).toBe(true);
    stop();
  });

  it("does not call back once it is called off", () => {
    startTimer(() => {}, 60_000)();
    expect(timers.mock.results.at(-1)?.value._destroyed).toBe(true);
  });

  it.each([Number.POSITIVE_INFINITY, 2 ** 31, Number.NaN])("never fires after %d milliseconds", (ms) => {
    startTimer(() => {}, ms)();
    expect(timers).not.toHaveBeenCalled();
  });
});
