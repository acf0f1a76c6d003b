import { describe, expect, it } from "vitest";
import { countTests, toExitCode, toSummary } from "../../scripts/test-counts.mjs";

const file = (status: string, ...statuses: string[]) => ({
  status,
  assertionResults: statuses.map((each) => ({ status: each })),
});

describe("countTests", () => {
  it("counts over all files", () => {
    const testResults = [file("passed", "passed", "skipped"), file("failed", "failed", "passed", "todo")];
    expect(countTests({ testResults })).toEqual({ passed: 2, failed: 1, skipped: 2 });
  });

  it("counts a file that could not be loaded as a failure", () => {
    expect(countTests({ testResults: [file("failed"), file("passed", "passed")] })).toEqual({
      passed: 1,
      failed: 1,
      skipped: 0,
    });
  });

  it("counts a file whose hooks failed after its tests passed", () => {
    expect(countTests({ testResults: [file("failed", "passed")] })).toMatchObject({ passed: 1, failed: 1 });
  });
});

describe("toSummary", () => {
  it("names what was skipped only if there is any", () => {
    expect(toSummary({ passed: 3, failed: 0, skipped: 0 })).toBe("Tests: 3 passed, 0 failed");
    expect(toSummary({ passed: 3, failed: 1, skipped: 2 })).toBe("Tests: 3 passed, 1 failed, 2 skipped");
  });
});

describe("toExitCode", () => {
  it.each([
    [{ passed: 1, failed: 0, skipped: 4 }, 0],
    [{ passed: 1, failed: 1, skipped: 0 }, 1],
    [{ passed: 0, failed: 0, skipped: 4 }, 1],
  ])("judges %o as %i", (counts, code) => {
    expect(toExitCode(counts)).toBe(code);
  });
});
