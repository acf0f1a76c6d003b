import { describe, expect, it } from "vitest";
import { judgeLife, toRenewLeft, toRetryLeft } from "./renewal.ts";

const second = 1_000;
const fetchedAt = 1_000_000;
const toLife = (seconds: number) => ({ fetchedAt, expiresAt: fetchedAt + seconds * second });

describe("judgeLife", () => {
  it.each([
    // An hour: five minutes ahead.
    [3_600, 3_600, "fresh"],
    [3_600, 301, "fresh"],
    [3_600, 300, "shouldRenew"],
    [3_600, 6, "shouldRenew"],
    [3_600, 5, "mustRenew"],
    [3_600, 0, "mustRenew"],
    [3_600, -1, "mustRenew"],
    // Five minutes: a quarter of the life.
    [300, 76, "fresh"],
    [300, 75, "shouldRenew"],
    [300, 5, "mustRenew"],
    // Below twenty seconds, the quarter is within the last five seconds.
    [20, 6, "fresh"],
    [20, 5, "mustRenew"],
    [5, 5, "mustRenew"],
    [0, 0, "mustRenew"],
    [-10, -10, "mustRenew"],
  ])("finds a token of %i s with %i s left %s", (seconds, left, state) => {
    const life = toLife(seconds);
    const entry = { ...life, renewLeftMs: toRenewLeft(life, 0.5) };
    expect(judgeLife(entry, life.expiresAt - left * second)).toBe(state);
  });
});

describe("toRenewLeft", () => {
  it.each([
    [3_600, 0, 270],
    [3_600, 1, 330],
    [300, 0, 67.5],
    [300, 1, 82.5],
  ])("renews a token of %i s, by a chance of %d, with %d s left", (seconds, chance, left) => {
    expect(toRenewLeft(toLife(seconds), chance)).toBe(left * second);
  });
});

describe("toRetryLeft", () => {
  const now = fetchedAt;

  it.each([
    [300, 0, 15],
    [300, 1, 45],
    // Near the end, the failure is waited for, and no longer.
    [10, 1, 2],
  ])("tries again with %i s left, by a chance of %d, in %d s", (seconds, chance, inSeconds) => {
    const leftMs = toRetryLeft(toLife(seconds), { now, failureMs: 2 * second, chance });
    expect(seconds * second - leftMs).toBe(inSeconds * second);
  });

  it.each([
    [300, 60, 240],
    [300, 400, 0],
  ])("with %i s left does not try again in the %i s that the failure lasts", (seconds, lasts, left) => {
    const options = { now, failureMs: lasts * second, chance: 0 };
    expect(toRetryLeft(toLife(seconds), options)).toBe(left * second);
  });
});
