import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { root, runNode } from "../support/run-program.ts";
import { removeFolder } from "../support/temporary-folder.ts";
import { listModules, listSpecifiers, type Packed, packAndInstall, packageFolder } from "./packed.ts";

let packed: Packed;

beforeAll(async () => {
  packed = await packAndInstall();
}, 120_000);
afterAll(() => packed && removeFolder(packed.folder));

function listBuiltFiles(): readonly string[] {
  return readdirSync(join(packageFolder, "src"), { recursive: true, encoding: "utf8" })
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => path.endsWith(".ts") && !path.endsWith(".test.ts"))
    .flatMap((path) => [".js", ".js.map", ".d.ts"].map((end) => `dist/${path.slice(0, -3)}${end}`));
}

/** Lists the names that a module gives, in a process of its own in the project, which warns of nothing. */
async function listNames(expression: string, ...flags: readonly string[]): Promise<readonly string[]> {
  const program = `const load = async () => ${expression};
    load().then((module) => console.log(JSON.stringify(Object.keys(module).sort())));`;
  const { stdout, stderr } = await runNode([...flags, "--input-type=commonjs", "--eval", program], packed.project);
  expect(stderr).toBe("");
  return JSON.parse(stdout);
}

describe("the published package", () => {
  it("holds what is built, the schema and the pages, and nothing else", () => {
    const pages = ["LICENSE", "README.md", "package.json", "schema.json"];
    expect(packed.files).toEqual([...pages, ...listBuiltFiles()].sort());
  });

  it.each(listModules())("gives %s to import and to require alike", async (specifier) => {
    const imported = await listNames(`import("${specifier}")`);
    expect(imported.length).toBeGreaterThan(0);
    expect(await listNames(`require("${specifier}")`)).toEqual(imported);
  });

  it.each(listSpecifiers().filter((name) => name.endsWith(".json")))("gives %s to both as JSON", async (specifier) => {
    const json = `(await import("${specifier}", { with: { type: "json" } })).default`;
    const imported = await listNames(json, "--disable-warning=ExperimentalWarning");
    expect(await listNames(`require("${specifier}")`)).toEqual(imported);
  });

  it("keeps its inside closed", async () => {
    const { stderr } = await runNode(["--eval", 'require("behalf/dist/index.js")'], packed.project);
    expect(stderr).toContain("ERR_PACKAGE_PATH_NOT_EXPORTED");
  });

  it("passes publint", async () => {
    const tarball = Uint8Array.from(readFileSync(packed.tarball)).buffer;
    const { messages, pkg } = await publint({ pack: { tarball }, strict: true });
    expect(messages.map((message) => formatMessage(message, pkg, { color: false }))).toEqual([]);
  });

  it("has types that every resolution of ES modules finds", async () => {
    const attw = join(root, "node_modules/@arethetypeswrong/cli/dist/index.js");
    const args = [packed.tarball, "--profile", "esm-only", "--no-definitely-typed", "--format", "ascii", "--no-emoji"];
    const { code, stdout, stderr } = await runNode([attw, ...args]);
    expect({ code, problems: code === 0 ? "" : stdout + stderr }).toEqual({ code: 0, problems: "" });
  });
});
