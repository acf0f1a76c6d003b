import { describe, expect, it } from "vitest";
import { judgeLife } from "./renewal.ts";

const second = 1_000;
const fetchedAt = 1_000_000;

describe("judgeLife", () => {
  it.each([
    // An hour: the leeway is a minute.
    [3_600, 3_600, "fresh"],
    [3_600, 61, "fresh"],
    [3_600, 60, "shouldRenew"],
    [3_600, 6, "shouldRenew"],
    [3_600, 5, "mustRenew"],
    [3_600, 0, "mustRenew"],
    [3_600, -1, "mustRenew"],
    // Five minutes: a fifth of the life is a minute, too.
    [300, 61, "fresh"],
    [300, 60, "shouldRenew"],
    // A minute: the leeway is twelve seconds.
    [60, 13, "fresh"],
    [60, 12, "shouldRenew"],
    [60, 5, "mustRenew"],
    // Below 25 seconds, the leeway is within the last five seconds.
    [25, 6, "fresh"],
    [20, 5, "mustRenew"],
    [5, 5, "mustRenew"],
    [0, 0, "mustRenew"],
    [-10, -10, "mustRenew"],
  ])("finds a token of %i s with %i s left %s", (life, left, state) => {
    const expiresAt = fetchedAt + life * second;
    expect(judgeLife({ fetchedAt, expiresAt }, expiresAt - left * second)).toBe(state);
  });
});
