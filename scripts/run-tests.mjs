import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runNode } from "./run-node.mjs";
import { countTests } from "./test-counts.mjs";
import { tools } from "./workspace.mjs";

/**
 * Reads a report, or gives one without any test if the run ended before it was written.
 *
 * @param {string} file
 * @returns {import("./test-counts.mjs").TestReport}
 */
function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return { testResults: [] };
  }
}

/**
 * Runs tests and counts them. A run that fails outside any test counts as one failure.
 *
 * @param {readonly string[]} args for the test runner
 * @param {import("./run-node.mjs").RunOptions} [options]
 */
export async function runTests(args, options) {
  const folder = mkdtempSync(join(tmpdir(), "behalf-tests-"));
  const report = join(folder, "report.json");
  try {
    const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
    const code = await runNode([tools.vitest, "run", ...reporters, ...args], options);
    const counts = countTests(readReport(report));
    return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
