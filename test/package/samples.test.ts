import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { root, runNode } from "../support/run-program.ts";
import { makeEmptyFolder } from "../support/temporary-folder.ts";
import { readSamples } from "./read-samples.ts";

// Inside the workspace, so that `behalf` means the built package.
const folder = join(root, "node_modules/.cache/behalf-samples");

function listPages(): readonly string[] {
  const docs = existsSync(join(root, "docs"))
    ? readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" }).map((name) => join("docs", name))
    : [];
  const readmes = ["README.md", "packages/behalf/README.md"];
  return [...readmes, ...docs].filter((page) => page.endsWith(".md") && existsSync(join(root, page)));
}

/** Writes each sample to a file named after its place: `docs-errors-line-12.ts`. */
function writeSamples(page: string): readonly string[] {
  const name = page.replace(/\.md$/, "").replaceAll(/[^\w-]+/g, "-");
  return readSamples(readFileSync(join(root, page), "utf8")).map(({ line, code }) => {
    const file = `${name}-line-${line}.ts`;
    writeFileSync(join(folder, file), `${code}\nexport {};\n`);
    return file;
  });
}

it("compiles what the pages show", async () => {
  makeEmptyFolder(folder);
  const files = listPages().flatMap(writeSamples);
  const config = {
    extends: join(root, "tsconfig.base.json"),
    compilerOptions: {
      noEmit: true,
      composite: false,
      declaration: false,
      isolatedDeclarations: false,
      noUnusedLocals: false,
      noUnusedParameters: false,
      typeRoots: [join(root, "node_modules/@types")],
    },
    files,
  };
  writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module" }));
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));

  expect(files).not.toEqual([]);
  const { stdout } = await runNode([join(root, "node_modules/typescript/bin/tsc"), "-p", folder]);
  expect(stdout).toBe("");
}, 60_000);
