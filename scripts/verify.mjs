import { build } from "./build.mjs";
import { runNode } from "./run-node.mjs";
import { runTests } from "./run-tests.mjs";
import { toExitCode, toSummary } from "./test-counts.mjs";
import { tools } from "./workspace.mjs";

/**
 * Runs a step whose failure shall be counted.
 *
 * @param {string} name
 * @param {() => Promise<number>} step gives an exit code
 * @returns {Promise<number>}
 */
async function countFailure(name, step) {
  if ((await step()) === 0) return 0;
  console.error(`${name} failed`);
  return 1;
}

/**
 * Builds, then checks types, format and lint and runs tests; prints the counts as its last line.
 * Each step that fails counts as one failure. Without a build, nothing else is tried.
 *
 * @param {readonly string[]} args for the test runner
 * @returns {Promise<number>} the exit code
 */
export async function verify(args) {
  let counts = { passed: 0, failed: await countFailure("build", build), skipped: 0 };
  if (counts.failed === 0) {
    const [types, lint] = await Promise.all([
      countFailure("typecheck", () => runNode([tools.tsc, "-p", "tsconfig.test.json", "--noEmit"])),
      countFailure("biome", () => runNode([tools.biome, "check", "--error-on-warnings"])),
    ]);
    const tests = await runTests(args);
    counts = { ...tests, failed: tests.failed + types + lint };
  }
  console.log(`\n${toSummary(counts)}`);
  return toExitCode(counts);
}
