import { describe, expect, it } from "vitest";
import { readRetryAfter } from "./read-retry-after.ts";

const at = Date.UTC(2026, 0, 1);
const inSeconds = (seconds: number): string => new Date(at + seconds * 1000).toUTCString();

describe("readRetryAfter", () => {
  it.each([
    ["retry-after", "3", 3_000],
    ["retry-after", "1.5", 1_500],
    ["x-retry-after", "7", 7_000],
    ["retry-after", "86400", 300_000],
    ["retry-after", inSeconds(20), 20_000],
    ["retry-after", inSeconds(7_200), 300_000],
    ["retry-after", inSeconds(-20), 0],
    ["retry-after", "-5, soon", undefined],
    ["retry-after", "", undefined],
    ["x-other", "3", undefined],
  ])("reads %s: %s as %s ms", (name, value, expected) => {
    expect(readRetryAfter(new Headers({ [name]: value }), at)).toBe(expected);
  });
});
