import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** Makes a folder that is gone when the current test ends. */
export function makeTemporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "behalf-"));
  onTestFinished(() => removeFolder(folder));
  return folder;
}

/** Makes an empty folder at a path, whatever was there before. */
export function makeEmptyFolder(path: string): string {
  removeFolder(path);
  mkdirSync(path, { recursive: true });
  return path;
}

export function removeFolder(path: string): void {
  rmSync(path, { recursive: true, force: true });
}
