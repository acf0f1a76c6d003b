import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { withDeadline } from "./with-deadline.ts";

const untilAborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));

describe("withDeadline", () => {
  it("gives what the work gives", async () => {
    expect(await withDeadline({ timeoutMs: 1_000 }, async ({ aborted }) => aborted)).toBe(false);
  });

  it("aborts the work after its time", async () => {
    await expect(withDeadline({ timeoutMs: 1 }, untilAborted)).rejects.toMatchObject({ name: "TimeoutError" });
  });

  it("keeps its deadline when garbage is collected meanwhile", async () => {
    setFlagsFromString("--expose-gc");
    const collectGarbage: () => void = runInNewContext("gc");
    const work = withDeadline({ timeoutMs: 50, signal: new AbortController().signal }, untilAborted);
    await new Promise((resolve) => setImmediate(resolve));
    collectGarbage();
    await expect(work).rejects.toMatchObject({ name: "TimeoutError" });
  });

  it("aborts the work with the reason of the other signal", async () => {
    const controller = new AbortController();
    const work = withDeadline({ timeoutMs: 1_000, signal: controller.signal }, untilAborted);
    controller.abort("gone");
    await expect(work).rejects.toBe("gone");
  });

  it("starts nothing when the other signal has aborted", async () => {
    const work = (): never => {
      throw new Error("started");
    };
    await expect(withDeadline({ timeoutMs: 1_000, signal: AbortSignal.abort("gone") }, work)).rejects.toBe("gone");
  });

  it("leaves the signal of finished work alone", async () => {
    const controller = new AbortController();
    const signal = await withDeadline({ timeoutMs: 1, signal: controller.signal }, async (given) => given);
    controller.abort("late");
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(signal.aborted).toBe(false);
  });
});
