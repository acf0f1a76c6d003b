import { spawnSync } from "node:child_process";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { root } from "../support/run-program.ts";

/** Runs it on a machine that has no program at all. */
function runWithoutPrograms(env: NodeJS.ProcessEnv): readonly string[] {
  const script = `import { ensureDebianPackages } from "${pathToFileURL(`${root}scripts/debian-packages.mjs`)}";
    ensureDebianPackages();`;
  const args = ["--input-type=module", "--eval", script];
  const { stdout } = spawnSync(process.execPath, args, { encoding: "utf8", env: { ...env, PATH: "/nonexistent" } });
  return stdout.split("\n").filter((line) => line.includes("redis-server is missing"));
}

describe("ensureDebianPackages", () => {
  it("says which tests are skipped where a package cannot be had", () => {
    const [line] = runWithoutPrograms({});
    expect(line).toContain("(there is no apt-get): the tests of the shared store with Redis are skipped");
  });

  it("says that they fail in CI", () => {
    const [line] = runWithoutPrograms({ CI: "true" });
    expect(line).toContain("the tests of the shared store with Redis fail");
  });
});
