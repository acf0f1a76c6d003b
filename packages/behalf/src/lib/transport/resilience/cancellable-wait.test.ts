import { describe, expect, it } from "vitest";
import { createManualTimers } from "../../../../../../test/support/manual-timers.ts";
import type { Cancellable } from "../../values/cancellation.ts";
import { pause } from "./cancellable-wait.ts";
import { OwnCancellation } from "./own-cancellation.ts";

/** A cancellation that knows who listens. */
function createListened() {
  const listening = new Set<Cancellable>();
  return {
    listening,
    add: (one: Cancellable) => void listening.add(one),
    delete: (one: Cancellable) => void listening.delete(one),
  };
}

describe("pause", () => {
  it("ends after its time, and leaves nobody listening", async () => {
    const timers = createManualTimers();
    const listened = createListened();
    const paused = pause({ timeoutMs: 10, cancellations: [listened] }, timers.startTimer);
    expect(listened.listening.size).toBe(1);
    await timers.advance(10);
    await paused;
    expect([listened.listening.size, timers.running]).toEqual([0, 0]);
  });

  it("rejects at once with the reason of one who was cancelled before, and leaves nobody listening", async () => {
    const timers = createManualTimers();
    const [caller, listened] = [new OwnCancellation(), createListened()];
    caller.cancel("gone");
    await expect(pause({ timeoutMs: 10, cancellations: [caller, listened] }, timers.startTimer)).rejects.toBe("gone");
    expect([listened.listening.size, timers.running]).toEqual([0, 0]);
  });
});
