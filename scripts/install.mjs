import { spawnSync } from "node:child_process";
import { statSync, utimesSync } from "node:fs";
import { root } from "./workspace.mjs";

/**
 * Tells whether what is installed in a folder is missing or older than its lock file.
 *
 * @param {string} folder with a slash at the end
 */
export function isInstallStale(folder) {
  const lock = statSync(`${folder}package-lock.json`);
  const marker = statSync(`${folder}node_modules/.package-lock.json`, { throwIfNoEntry: false });
  return marker === undefined || marker.mtimeMs < lock.mtimeMs;
}

/** Installs what the lock file says, if that was not done yet. Ends the process if it fails. */
export function ensureInstalled() {
  if (!isInstallStale(root)) return;
  console.log("installing dependencies…");
  const result = spawnSync("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: root,
    encoding: "utf8",
    shell: process.platform === "win32",
  });
  if (result.status !== 0) {
    console.error(result.error?.message ?? `${result.stdout}${result.stderr}`);
    console.error("npm ci failed");
    process.exit(1);
  }
  const now = new Date();
  utimesSync(`${root}node_modules/.package-lock.json`, now, now);
}
