import { spawnSync } from "node:child_process";
import { ensureBuilt } from "./build.mjs";
import { ensureInstalled } from "./install.mjs";
import { listExamples, renderExamples } from "./list-examples.mjs";
import { runNode } from "./run-node.mjs";
import { root } from "./workspace.mjs";

/**
 * Runs the tests of an example as its owner does.
 *
 * @param {string} folder
 * @param {readonly string[]} args for the test runner
 */
function runTests(folder, args) {
  const command = ["test", "--workspace", folder, "--", ...args];
  const { status } = spawnSync("npm", command, { cwd: root, stdio: "inherit", shell: process.platform === "win32" });
  return status ?? 1;
}

const [name, ...args] = process.argv.slice(2);
const examples = listExamples();
const chosen = examples.find((example) => example.name === name);

if (name === undefined) {
  console.log(renderExamples(examples));
} else if (chosen) {
  ensureInstalled();
  await ensureBuilt();
  const folder = `examples/${name}`;
  process.exitCode = chosen.program ? await runNode([`${folder}/dist/main.js`, ...args]) : runTests(folder, args);
} else {
  console.error(`There is no example "${name}".\n\n${renderExamples(examples)}`);
  process.exitCode = 1;
}
