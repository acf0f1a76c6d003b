import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { pruneDist } from "../../scripts/prune-dist.mjs";
import { makeTemporaryFolder } from "../support/temporary-folder.ts";

function makeProject(files: readonly string[]): string {
  const folder = makeTemporaryFolder();
  for (const file of files) {
    mkdirSync(join(folder, dirname(file)), { recursive: true });
    writeFileSync(join(folder, file), "");
  }
  return folder;
}

describe("pruneDist", () => {
  it("removes what no source makes, and keeps the rest", () => {
    const project = makeProject([
      "src/lib/kept.ts",
      "src/lib/kept.test.ts",
      "dist/.tsbuildinfo",
      "dist/lib/kept.js",
      "dist/lib/kept.d.ts",
      "dist/lib/kept.js.map",
      "dist/lib/kept.test.js",
      "dist/lib/gone.js",
      "dist/lib/gone.d.ts",
    ]);
    pruneDist(project);
    const left = readdirSync(join(project, "dist/lib"));
    expect(left.sort()).toEqual(["kept.d.ts", "kept.js", "kept.js.map"]);
    expect(readdirSync(join(project, "dist"))).toContain(".tsbuildinfo");
  });

  it("leaves a project without a build alone", () => {
    expect(() => pruneDist(makeTemporaryFolder())).not.toThrow();
  });
});
