import type { Environment } from "../../bench/src/report/environment.ts";
import type { SuiteResult } from "../../bench/src/report/results.ts";

export const someEnvironment: Environment = {
  date: "2026-01-15",
  cpu: "Some Processor",
  cores: 2,
  kernel: "Linux",
  node: "v20.19.0",
  packages: { behalf: "1.2.3", undici: "7.0.0" },
};

/** A suite's result; what a test is not about is the same each time. */
export function someResult(given: Partial<SuiteResult> = {}): SuiteResult {
  return {
    environment: someEnvironment,
    heading: "medians of 9 rounds",
    tables: [
      [
        ["row", "CPU"],
        ["Behalf", "×0.98"],
      ],
    ],
    verdicts: ["Behalf stands well."],
    measured: {},
    ...given,
  };
}

/** What the suite `calls` measured, with a ratio for each concurrency. */
export function someCalls(ratios: Readonly<Record<string, readonly number[]>>): SuiteResult {
  const rows = Object.entries(ratios).map(([name, medians]) => ({
    name,
    title: `the row ${name}`,
    kind: name === "behalf" ? "behalf" : "peer",
    comparisons: medians.map((median, index) => ({ concurrency: [1, 16, 64][index], cpuRatio: { median } })),
  }));
  return someResult({ measured: { rows } });
}
