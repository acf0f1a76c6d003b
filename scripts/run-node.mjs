import { spawn } from "node:child_process";
import { constants } from "node:os";
import { root } from "./workspace.mjs";

/** @typedef {{ node?: string, env?: NodeJS.ProcessEnv }} RunOptions */

// A terminal sends SIGINT to the child by itself: sent twice, it would look like a second Ctrl-C.
/** @type {readonly NodeJS.Signals[]} */
const forwarded = process.stdin.isTTY ? ["SIGTERM", "SIGHUP"] : ["SIGTERM", "SIGHUP", "SIGINT"];

/**
 * Runs a JavaScript program from the root of the workspace and gives its exit code; signals go on to it.
 *
 * @param {readonly string[]} args the program and its arguments
 * @param {RunOptions} [options]
 * @returns {Promise<number>}
 */
export function runNode(args, { node = process.execPath, env = process.env } = {}) {
  const child = spawn(node, args, { cwd: root, stdio: "inherit", env });
  const wait = () => {};
  process.on("SIGINT", wait);
  const stops = forwarded.map((signal) => {
    const forward = () => child.kill(signal);
    process.on(signal, forward);
    return () => process.off(signal, forward);
  });

  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code, signal) => {
      process.off("SIGINT", wait);
      for (const stop of stops) stop();
      resolve(code ?? 128 + constants.signals[signal ?? "SIGTERM"]);
    });
  });
}
