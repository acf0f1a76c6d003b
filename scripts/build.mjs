import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pruneDist } from "./prune-dist.mjs";
import { runNode } from "./run-node.mjs";
import { root, tools } from "./workspace.mjs";

/**
 * Compiles what has changed in every package, and gives the compiler's exit code.
 *
 * @returns {Promise<number>}
 */
export async function build() {
  /** @type {{ workspaces: string[] }} */
  const { workspaces } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  for (const project of workspaces) pruneDist(join(root, project));
  return runNode([tools.tsc, "-b"]);
}

/** Compiles what has changed, and ends the process if that fails. */
export async function ensureBuilt() {
  const code = await build();
  if (code !== 0) process.exit(code);
}

if (process.argv[1] === import.meta.filename) process.exitCode = await build();
