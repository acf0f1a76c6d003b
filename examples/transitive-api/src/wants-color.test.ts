import { describe, expect, it } from "vitest";
import { wantsColor } from "./wants-color.ts";

describe("wantsColor", () => {
  it("wants colour on a terminal alone, and never with NO_COLOR", () => {
    expect(wantsColor({ isTTY: true }, undefined)).toBe(true);
    expect(wantsColor({ isTTY: true }, "")).toBe(true);
    expect(wantsColor({ isTTY: true }, "1")).toBe(false);
    expect(wantsColor({}, undefined)).toBe(false);
  });
});
