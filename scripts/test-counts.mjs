/**
 * @typedef {{ passed: number, failed: number, skipped: number }} TestCounts
 * @typedef {{ status: string, assertionResults: readonly { status: string }[] }} TestFileReport
 * @typedef {{ testResults: readonly TestFileReport[] }} TestReport
 */

/**
 * Counts the tests of a report. A file that failed before any of its tests did counts as one failure.
 *
 * @param {TestReport} report
 * @returns {TestCounts}
 */
export function countTests({ testResults }) {
  const statuses = testResults.flatMap((file) => file.assertionResults.map(({ status }) => status));
  const failedFiles = testResults.filter(
    (file) => file.status === "failed" && file.assertionResults.every(({ status }) => status !== "failed"),
  );
  const passed = statuses.filter((status) => status === "passed").length;
  const failed = statuses.filter((status) => status === "failed").length;
  return { passed, failed: failed + failedFiles.length, skipped: statuses.length - passed - failed };
}

/** @param {TestCounts} counts */
export function toSummary({ passed, failed, skipped }) {
  const end = skipped > 0 ? `, ${skipped} skipped` : "";
  return `Tests: ${passed} passed, ${failed} failed${end}`;
}

/**
 * Gives the exit code of a run: a run that tested nothing has failed.
 *
 * @param {TestCounts} counts
 */
export function toExitCode({ passed, failed }) {
  return failed > 0 || passed === 0 ? 1 : 0;
}
