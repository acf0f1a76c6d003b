import { mkdtempSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import ts from "typescript";
import { afterAll, beforeAll, expect, it } from "vitest";
import { readSamples } from "../package/read-samples.ts";
import { root, runNode } from "../support/run-program.ts";
import { removeFolder } from "../support/temporary-folder.ts";

const samples = readSamples(readFileSync(join(root, "docs/testing.md"), "utf8")).map(({ code }) => code);
let folder: string;

// A folder with the modules of the workspace: `behalf` means the built package.
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "behalf-page-"));
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"), "junction");
  writeFileSync(join(folder, "vitest.config.mjs"), 'export default { test: { include: ["*.test.ts"] } };');
});
afterAll(() => removeFolder(folder));

/** Gives the one sample that imports from a test runner, with everything that it is read together with. */
function findSample(runner: string): string {
  const [sample, ...others] = samples.filter((code) => code.includes(`from "${runner}"`));
  if (sample === undefined || others.length > 0) throw new Error(`There is not one sample for ${runner}`);
  return sample;
}

async function expectPassed(args: readonly string[]): Promise<void> {
  const { code, stdout, stderr } = await runNode(args, folder);
  expect({ code, problems: code === 0 ? "" : stdout + stderr }).toEqual({ code: 0, problems: "" });
}

it("shows tests that pass with Vitest", async () => {
  writeFileSync(join(folder, "page.test.ts"), findSample("vitest"));
  await expectPassed([join(root, "node_modules/vitest/vitest.mjs"), "run"]);
}, 60_000);

it("shows tests that pass with node:test", async () => {
  const { outputText } = ts.transpileModule(findSample("node:test"), {
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
  });
  writeFileSync(join(folder, "page.mjs"), outputText);
  await expectPassed(["--test", "page.mjs"]);
}, 60_000);
