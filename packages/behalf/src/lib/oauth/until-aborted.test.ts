import { describe, expect, it } from "vitest";
import { untilAborted } from "./until-aborted.ts";

const never = new Promise<never>(() => {});

describe("untilAborted", () => {
  it("gives what the work gives, or throws what it throws", async () => {
    const { signal } = new AbortController();
    expect(await untilAborted(Promise.resolve(1), signal)).toBe(1);
    await expect(untilAborted(Promise.reject(new Error("no")), signal)).rejects.toThrow("no");
  });

  it("leaves the work behind at an abort, before or meanwhile", async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 5);
    expect(await untilAborted(never, controller.signal)).toBeUndefined();
    expect(await untilAborted(never, controller.signal)).toBeUndefined();
  });
});
