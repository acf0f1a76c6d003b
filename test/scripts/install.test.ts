import { mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { isInstallStale } from "../../scripts/install.mjs";
import { makeTemporaryFolder } from "../support/temporary-folder.ts";

function makeProject(installedAt?: number): string {
  const folder = `${makeTemporaryFolder()}/`;
  writeFileSync(`${folder}package-lock.json`, "{}");
  utimesSync(`${folder}package-lock.json`, 1_000, 1_000);
  if (installedAt !== undefined) {
    mkdirSync(`${folder}node_modules`);
    writeFileSync(`${folder}node_modules/.package-lock.json`, "{}");
    utimesSync(`${folder}node_modules/.package-lock.json`, installedAt, installedAt);
  }
  return folder;
}

describe("isInstallStale", () => {
  it.each([
    ["nothing is installed", undefined, true],
    ["the lock file is newer", 999, true],
    ["the installation is newer", 1_001, false],
    ["both are of the same instant", 1_000, false],
  ])("when %s", (_case, installedAt, stale) => {
    expect(isInstallStale(makeProject(installedAt))).toBe(stale);
  });
});
