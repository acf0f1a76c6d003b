import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { describeApi } from "./describe-api.ts";
import { listModules, packageFolder } from "./packed.ts";

const recorded = join(import.meta.dirname, "api.txt");

function toDeclarationFile(specifier: string): string {
  const entry = specifier === "behalf" ? "index" : specifier.slice("behalf/".length);
  return join(packageFolder, `dist/${entry}.d.ts`).replaceAll("\\", "/");
}

// UPDATE_API=1 rewrites the record; the change is then a part of what is reviewed.
it("changes only together with its record", () => {
  const modules = listModules().map((specifier) => ({ specifier, path: toDeclarationFile(specifier) }));
  const api = describeApi(modules);
  if (process.env.UPDATE_API === "1") writeFileSync(recorded, api);
  expect(api).toBe(existsSync(recorded) ? readFileSync(recorded, "utf8") : "");
}, 60_000);
