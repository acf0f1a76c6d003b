import { describe, expect, it } from "vitest";
import { checkDocComments } from "./check-doc-comments.ts";
import { checkEntries, listEntries } from "./check-entries.ts";
import { checkErrorDocs, listErrorCodes } from "./check-error-docs.ts";
import { checkLinks } from "./check-links.ts";
import { someSource } from "./some-source.ts";

const manifest = { name: "behalf", exports: { ".": "", "./fastify": "", "./schema.json": "" } };
const fastify = someSource("fastify.ts", '/** @module behalf/fastify */\nexport { a } from "./lib/a.ts";');
const index = (text: string) => someSource("index.ts", `/** @module behalf */\n${text}`);

describe("listEntries", () => {
  it("takes the modules directly in the folder", () => {
    const sources = [index(""), someSource("index.test.ts"), someSource("lib/a.ts")];
    expect(listEntries(sources, "packages/behalf/src")).toEqual([sources[0]]);
  });
});

describe("checkEntries", () => {
  it("allows named re-exports, one entry a key", () => {
    const text = 'export { a, type B } from "./lib/a.ts";\nexport type { C } from "./lib/c.ts";';
    expect(checkEntries([index(text), fastify], manifest)).toEqual([]);
  });

  it.each([
    ["everything of a module", 'export * from "./lib/a.ts";'],
    ["a module as a name", 'export * as a from "./lib/a.ts";'],
    ["a default", 'export { a as default } from "./lib/a.ts";'],
    ["a declaration", "export const a = 1;"],
    ["an import", 'import "./lib/a.ts";'],
    ["a name of its own", "export {};"],
  ])("refuses %s", (_case, text) => {
    expect(checkEntries([index(text), fastify], manifest)).toHaveLength(1);
  });

  it("finds a key without an entry", () => {
    expect(checkEntries([index("")], manifest)).toEqual(["behalf/fastify is exported but has no entry file"]);
  });

  it("finds an entry without a key", () => {
    const extra = someSource("koa.ts", "/** @module behalf/koa */");
    expect(checkEntries([index(""), fastify, extra], manifest)).toHaveLength(1);
  });

  it.each(["", "/** @module behalf/fastify */\n"])("finds a wrong or missing module tag", (comment) => {
    const entry = someSource("index.ts", `${comment}export { a } from "./lib/a.ts";`);
    expect(checkEntries([entry, fastify], manifest)).toHaveLength(1);
  });
});

describe("checkDocComments", () => {
  const check = (declaration: string) => {
    const entry = index('export { a } from "./lib/a.ts";');
    return checkDocComments([entry, someSource("lib/a.ts", declaration)], [entry]);
  };

  it.each([
    "/** Does it. */ export function a() {}",
    "/** Is it. */\nexport const a = 1;",
    "/** Is it. */ export interface a {}",
    "/** Is it. */ const b = 1; export { b as a };",
    "export function a(b: 1): 1;\n/** Does it. */\nexport function a(b: 2): 2;\nexport function a(b: unknown) {}",
  ])("accepts %s", (declaration) => {
    expect(check(declaration)).toEqual([]);
  });

  it.each([
    "export function a() {}",
    "// Does it.\nexport function a() {}",
    "/** */ export class a {}",
    "/** @internal */ export const a = 1;",
  ])("refuses %s", (declaration) => {
    expect(check(declaration)).toEqual(["packages/behalf/src/index.ts exports a without a doc comment"]);
  });

  it("refuses what it cannot find", () => {
    const entry = index('export { a } from "elsewhere";');
    expect(checkDocComments([entry], [entry])).toHaveLength(1);
  });
});

describe("checkErrorDocs", () => {
  const sources = [someSource("lib/errors/a.ts", 'export type BehalfErrorCode = "BEHALF_A" | "BEHALF_B";')];
  const codes = listErrorCodes(sources);

  it("reads the codes from the union", () => {
    expect(codes).toEqual(["BEHALF_A", "BEHALF_B"]);
  });

  it("accepts one heading a code", () => {
    expect(checkErrorDocs(codes, "# Errors\n\n## BEHALF_A\n\ntext\n\n## `BEHALF_B`\n\n## Other\n")).toEqual([]);
  });

  it.each([
    ["a code without a heading", "## BEHALF_A\n### BEHALF_B"],
    ["a heading without a code", "## BEHALF_A\n## BEHALF_B\n## BEHALF_C"],
    ["a heading twice", "## BEHALF_A\n## BEHALF_B\n## BEHALF_A"],
  ])("finds %s", (_case, docs) => {
    expect(checkErrorDocs(codes, docs)).toHaveLength(1);
  });

  it("misses the union when it is gone", () => {
    expect(checkErrorDocs(listErrorCodes([]), "")).toHaveLength(1);
  });
});

describe("checkLinks", () => {
  const check = (text: string) => checkLinks([{ path: "docs/a.md", text }], (path) => path === "README.md");

  it.each(["[a](gone.md)", "![a](../gone.png)", "[a]: ./gone.md", '<img src="gone.svg">', "[a](gone.md#part 'title')"])(
    "finds %s",
    (text) => {
      expect(check(text)).toHaveLength(1);
    },
  );

  it.each([
    "[a](../README.md#part)",
    "[a](https://example.com/b)",
    "[a](#here)",
    "`[a](gone.md)`",
    "```\n[a](gone.md)\n```",
  ])("allows %s", (text) => {
    expect(check(text)).toEqual([]);
  });
});
