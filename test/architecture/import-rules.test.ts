import { describe, expect, it } from "vitest";
import { checkImportTable } from "./check-import-table.ts";
import { checkConfined, checkDeclared, checkIndependent, checkNoBuiltins, checkReached } from "./check-packages.ts";
import { findCycles } from "./find-cycles.ts";
import { someSource } from "./some-source.ts";

const table = { errors: [], values: ["errors"], tokens: ["errors", "values"] };
const toSource = (path: string, specifier: string) => ({
  path: `packages/dev/src/${path}`,
  text: `import { a } from "${specifier}";`,
});
const undici = { name: "undici", folder: "packages/behalf/src/lib/transport/", files: 1 };

describe("checkImportTable", () => {
  it.each([
    ["the folder itself", "lib/tokens/a.ts", "./b.ts"],
    ["a folder of its row", "lib/tokens/a.ts", "../values/secret.ts"],
    ["an entry, by an adapter", "lib/adapters/fastify/a.ts", "../../../index.ts"],
    ["another folder of it, by the test kit", "lib/testing/a/b.ts", "../c/d.ts"],
    ["its own files, by an adapter", "lib/adapters/fastify/a.ts", "./b.ts"],
    ["anything, by a test", "lib/errors/a.test.ts", "../tokens/b.ts"],
  ])("allows %s", (_case, path, specifier) => {
    expect(checkImportTable([someSource(path, `import { a } from "${specifier}";`)], table)).toEqual([]);
  });

  it.each([
    ["a folder outside its row", "lib/values/a.ts", 'import { a } from "../tokens/b.ts";'],
    ["a type from there", "lib/values/a.ts", 'import type { A } from "../tokens/b.ts";'],
    ["a type named in place", "lib/values/a.ts", 'type A = import("../tokens/b.ts").A;'],
    ["a dynamic import", "lib/values/a.ts", 'await import("../tokens/b.ts");'],
    ["a re-export", "lib/values/a.ts", 'export * from "../tokens/b.ts";'],
    ["an entry, by the inside", "lib/tokens/a.ts", 'import { a } from "../../index.ts";'],
    ["the inside, by an adapter", "lib/adapters/fastify/a.ts", 'import { a } from "../../errors/b.ts";'],
    ["another adapter", "lib/adapters/fastify/a.ts", 'import { a } from "../express/b.ts";'],
    ["the inside, by the test kit", "lib/testing/a.ts", 'import { a } from "../errors/b.ts";'],
    ["a path out of the package", "lib/tokens/a.ts", 'import { a } from "../../../../dev/src/index.ts";'],
  ])("refuses %s", (_case, path, text) => {
    expect(checkImportTable([someSource(path, text)], table)).toHaveLength(1);
  });

  it("tells where the import stands", () => {
    const text = '\nimport { a } from "../tokens/b.ts";';
    expect(checkImportTable([someSource("lib/values/a.ts", text)], table)).toEqual([
      'packages/behalf/src/lib/values/a.ts:2 "values" must not import ../tokens/b.ts',
    ]);
  });

  it.each(["lib/stray.ts", "lib/unknown/a.ts"])("refuses %s, which has no row", (path) => {
    expect(checkImportTable([someSource(path)], table)).toHaveLength(1);
  });
});

describe("findCycles", () => {
  it("follows run-time and type imports", () => {
    const sources = [
      someSource("a.ts", 'import { b } from "./lib/b.ts";'),
      someSource("lib/b.ts", 'import type { C } from "./c.ts";'),
      someSource("lib/c.ts", 'export { a } from "../a.ts";'),
    ];
    expect(findCycles(sources)).toEqual([
      [sources[0], sources[1], sources[2], sources[0]].map((source) => source?.path).join(" → "),
    ]);
  });

  it("allows two ways to one file", () => {
    const sources = [
      someSource("a.ts", 'import "./b.ts"; import "./c.ts";'),
      someSource("b.ts", 'import "./c.ts";'),
      someSource("c.ts"),
    ];
    expect(findCycles(sources)).toEqual([]);
  });
});

describe("checkDeclared", () => {
  it("finds what the manifest does not name", () => {
    const manifest = { name: "behalf", dependencies: { jose: "1" }, peerDependencies: { "@a/b": "1" } };
    const text =
      'import "jose"; import "@a/b/sub"; import "node:fs"; import "./x.ts"; import type { T } from "zod/v4";';
    expect(checkDeclared({ manifest, sources: [someSource("a.ts", text)] })).toEqual([
      "packages/behalf/src/a.ts:1 imports zod, not declared",
    ]);
  });
});

describe("checkNoBuiltins", () => {
  it.each(["node:crypto", "crypto"])("finds %s in the folder only", (specifier) => {
    const text = `import { a } from "${specifier}";`;
    const sources = [someSource("lib/oauth/a.ts", text), someSource("lib/tokens/a.ts", text)];
    expect(checkNoBuiltins(sources, "packages/behalf/src/lib/oauth/")).toHaveLength(1);
  });
});

describe("checkConfined", () => {
  const load = 'import { Pool } from "undici";';

  it("allows the agreed number of files in the folder, and types beside", () => {
    const sources = [
      someSource("lib/transport/a.ts", load),
      someSource("lib/transport/b.ts", 'import type { Pool } from "undici";'),
    ];
    expect(checkConfined(sources, undici)).toEqual([]);
  });

  it("finds one file too many", () => {
    const sources = [someSource("lib/transport/a.ts", load), someSource("lib/transport/b.ts", load)];
    expect(checkConfined(sources, undici)).toHaveLength(1);
  });

  it("finds even a type outside the folder", () => {
    expect(checkConfined([someSource("lib/values/a.ts", 'import type { Pool } from "undici";')], undici)).toHaveLength(
      1,
    );
  });
});

describe("checkIndependent", () => {
  const apart = { name: "behalf", folder: "packages/behalf/", usedIn: "packages/dev/src/sidecar/" };
  const check = (path: string, specifier: string) =>
    checkIndependent({ manifest: { name: "@behalf/dev" }, sources: [toSource(path, specifier)] }, apart);

  it.each([
    ["a.ts", "behalf"],
    ["a.ts", "behalf/fastify"],
    ["a.ts", "../../behalf/src/index.ts"],
    ["sidecars/a.ts", "behalf"],
    ["sidecar/a.ts", "behalf/fastify"],
    ["sidecar/a.ts", "../../../behalf/src/index.ts"],
  ])("finds, in %s, %s", (path, specifier) => {
    expect(check(path, specifier)).toHaveLength(1);
  });

  it("allows the main entry in one folder", () => {
    expect(check("sidecar/a.ts", "behalf")).toEqual([]);
  });
});

describe("checkReached", () => {
  const check = (path: string) =>
    checkReached([toSource(path, "./sidecar/a.ts")], "packages/dev/src/sidecar/", ["packages/dev/src/index.ts"]);

  it("finds imports out of the folder, but for those that may", () => {
    expect(check("a.ts")).toHaveLength(1);
    expect(check("index.ts")).toEqual([]);
  });
});
