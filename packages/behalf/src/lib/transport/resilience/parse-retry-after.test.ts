import { afterEach, describe, expect, it, vi } from "vitest";
import { parseRetryAfter, type RetryAfterHeaders } from "./parse-retry-after.ts";

const present = Date.UTC(1994, 10, 6, 8, 49, 37);
const parse = (headers: RetryAfterHeaders): number | undefined => parseRetryAfter(headers, () => present);

afterEach(() => {
  vi.unstubAllEnvs();
});

describe("parseRetryAfter", () => {
  it.each([
    ["0", 0],
    ["1", 1_000],
    [" 120 ", 120_000],
    ["Sun, 06 Nov 1994 08:49:38 GMT", 1_000],
    ["Sunday, 06-Nov-94 08:49:38 GMT", 1_000],
    ["Sun Nov  6 08:49:38 1994", 1_000],
    ["Sun, 06 Nov 1994 08:49:30 GMT", 0],
  ])("reads %j", (text, waitMs) => {
    expect(parse({ "retry-after": text })).toBe(waitMs);
  });

  it.each(["", "-5", "1.5", "soon 5", "1s", "0x10", "1994-11-06T08:49:38Z", "Sun, 66 Nov 1994 08:49:38 GMT", "2, 3"])(
    "finds nothing in %j",
    (text) => {
      expect(parse({ "retry-after": text })).toBeUndefined();
    },
  );

  it("finds nothing where the header is missing, or was sent twice", () => {
    expect([parse({}), parse({ "retry-after": ["1", "2"] })]).toEqual([undefined, undefined]);
  });

  it("compares a date with the clock of the server, where it tells the time", () => {
    const headers = { "retry-after": "Sun, 06 Nov 1994 09:00:05 GMT", date: "Sun, 06 Nov 1994 09:00:00 GMT" };
    expect(parse(headers)).toBe(5_000);
    expect(parse({ ...headers, date: "today" })).toBe(5_000 + 623_000);
  });

  it("takes the form without a zone for what it is, wherever it runs", () => {
    vi.stubEnv("TZ", "America/New_York");
    expect(new Date(present).getTimezoneOffset()).toBe(300);
    expect(parse({ "retry-after": "Sun Nov  6 08:49:38 1994" })).toBe(1_000);
  });
});
