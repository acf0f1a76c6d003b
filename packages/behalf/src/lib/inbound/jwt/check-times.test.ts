import { describe, expect, it } from "vitest";
import { CallerTokenError } from "../../errors/caller-token-error.ts";
import { checkTimes, type TimeRules } from "./check-times.ts";

const at = 1_000_000_000;
const seconds = at / 1_000;
const rules: TimeRules = { clockToleranceMs: 5_000, maxLifeMs: undefined, at };

function verdict(claims: Readonly<Record<string, unknown>>, changes: Partial<TimeRules> = {}): string {
  try {
    checkTimes(claims, { ...rules, ...changes });
    return "accepted";
  } catch (error) {
    return error instanceof CallerTokenError ? error.reason : String(error);
  }
}

describe("the times of a token", () => {
  it("are given in milliseconds, where there are any", () => {
    expect(checkTimes({ exp: seconds + 60.5, iat: seconds }, rules)).toEqual({ expiresAt: at + 60_500, issuedAt: at });
    expect(checkTimes({}, rules)).toEqual({ expiresAt: undefined, issuedAt: undefined });
  });

  it.each([
    ["an end now", { exp: seconds }, "accepted"],
    ["an end 4.999 s ago", { exp: seconds - 4.999 }, "accepted"],
    ["an end 5 s ago", { exp: seconds - 5 }, "expired"],
    ["an end at zero", { exp: 0 }, "expired"],
    ["an end below zero", { exp: -1 }, "claims"],
    ["a beginning in 5 s", { nbf: seconds + 5 }, "accepted"],
    ["a beginning in 5.001 s", { nbf: seconds + 5.001 }, "notYetValid"],
    ["an issue in 5 s", { iat: seconds + 5 }, "accepted"],
    ["an issue in 5.001 s", { iat: seconds + 5.001 }, "notYetValid"],
    ["an end long before the issue", { iat: seconds, exp: seconds - 100 }, "expired"],
  ])("with %s: %o is %s", (_case, claims, expected) => {
    expect(verdict(claims)).toBe(expected);
  });

  it("have no tolerance where there is none", () => {
    expect([
      verdict({ exp: seconds }, { clockToleranceMs: 0 }),
      verdict({ nbf: seconds }, { clockToleranceMs: 0 }),
    ]).toEqual(["expired", "accepted"]);
  });

  it.each(["exp", "nbf", "iat"])("are refused where %s is no time", (name) => {
    for (const value of ["1000000", "", null, true, [seconds], {}, Number.NaN, 8.64e12 + 1, -8.64e12 - 1, Infinity]) {
      expect([value, verdict({ [name]: value })]).toEqual([value, "claims"]);
    }
  });

  it("must lie close together where a life is bounded", () => {
    const bounded = { maxLifeMs: 300_000 };
    expect(verdict({ iat: seconds, exp: seconds + 300 }, bounded)).toBe("accepted");
    expect(verdict({ iat: seconds, exp: seconds + 301 }, bounded)).toBe("life");
    expect(verdict({ exp: seconds + 1 }, bounded)).toBe("claims");
    expect(verdict({ iat: seconds }, bounded)).toBe("claims");
  });
});
