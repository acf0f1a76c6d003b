import { describe, expect, it } from "vitest";
import { waitShortly } from "./wait-shortly.ts";

const soon = <value>(work: Promise<value>): Promise<value | string> =>
  Promise.race([work, new Promise<string>((resolve) => setTimeout(resolve, 50, "late"))]);

describe("waitShortly", () => {
  it("waits a tenth of a second at least", async () => {
    expect(await soon(waitShortly(undefined))).toBe("late");
  });

  it("ends with an abort, before or meanwhile", async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 5);
    expect(await soon(waitShortly(controller.signal))).toBeUndefined();
    expect(await soon(waitShortly(controller.signal))).toBeUndefined();
  });
});
