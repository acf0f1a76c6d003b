import { describe, expect, it } from "vitest";
import { checkEscapes } from "./check-escapes.ts";
import { checkNames } from "./check-names.ts";
import { checkSizes } from "./check-sizes.ts";
import { someSource } from "./some-source.ts";

const limits = { file: 8, testFile: 10, function: 3, parameters: 2, nesting: 1 };
const exception = "/* size exception: a table of facts, one a line */\n";

describe("checkSizes", () => {
  it.each([
    ["a long file", "\n".repeat(9)],
    ["a long function", "function a() {\n\n\n}"],
    ["a long arrow function", "const a = () => {\n\n\n};"],
    ["a long method", "class A { a() {\n\n\n} }"],
    ["many parameters", "function a(b: 1, c: 2, d: 3) {}"],
    ["many parameters of a function type", "type A = (b: 1, c: 2, d: 3) => void;"],
    ["deep nesting", "function a() { if (b) for (const c of d) e(); }"],
    ["deep nesting in a try", "function a() { try { while (b) c(); } catch {} }"],
  ])("finds %s", (_case, text) => {
    expect(checkSizes([someSource("a.ts", text)], limits)).toHaveLength(1);
  });

  it.each([
    ["a chain of else if", "function a() { if (b) c(); else if (d) e(); else if (f) g(); }"],
    ["blocks of a function in a block", "function a() { if (b) c(() => { if (d) e(); }); }"],
    ["a doc comment before a function", "/**\n *\n *\n */\nfunction a() {}"],
    ["a parameter for this", "function a(this: 0, b: 1, c: 2) {}"],
    ["an exception with a reason", `${exception}${"\n".repeat(9)}`],
  ])("allows %s", (_case, text) => {
    expect(checkSizes([someSource("a.ts", text)], limits)).toEqual([]);
  });

  it.each([
    ["without a reason", "/* size exception: */\n"],
    ["that is not the first comment", `// first\n${exception}`],
  ])("takes no exception %s", (_case, comment) => {
    expect(checkSizes([someSource("a.ts", comment + "\n".repeat(9))], limits)).toHaveLength(1);
  });

  it("measures a test by its file alone", () => {
    const test = (lines: number) => someSource("a.test.ts", `describe("a", () => {${"\n".repeat(lines - 1)}});`);
    expect(checkSizes([test(10)], limits)).toEqual([]);
    expect(checkSizes([test(11)], limits)).toHaveLength(1);
  });

  it("names the function and the place", () => {
    expect(checkSizes([someSource("a.ts", "\nconst wide = (b: 1, c: 2, d: 3) => b;")], limits)).toEqual([
      "packages/behalf/src/a.ts:2 wide has 3 parameters, more than 2",
    ]);
  });
});

describe("checkEscapes", () => {
  it.each([
    ["any", "const a: any = 1;"],
    ["any inside a type", "type A = Map<string, any[]>;"],
    ["a non-null assertion", "a!.b();"],
    ["a definite assignment", "class A { a!: string }"],
    ["@ts-ignore", "// @ts-ignore\na();"],
    ["@ts-expect-error", "function a() {\n  // @ts-expect-error\n}"],
    ["@ts-nocheck", "/* @ts-nocheck */"],
  ])("finds %s", (_case, text) => {
    expect(checkEscapes([someSource("a.ts", text)])).toHaveLength(1);
  });

  it.each([
    ["the words in strings", "const any = '// @ts-ignore';"],
    ["the words in templates", "const a = `// @ts-ignore ${b} // @ts-ignore`;"],
    ["a negation", "const a = !b != !c;"],
    ["unknown", "const a: unknown = 1;"],
  ])("allows %s", (_case, text) => {
    expect(checkEscapes([someSource("a.ts", text)])).toEqual([]);
  });
});

describe("checkNames", () => {
  it.each([
    ["a file name", "token-utils.ts", ""],
    ["a function", "a.ts", "export function handleRequest() {}"],
    ["a value", "a.ts", "export const { tokenData } = a;"],
    ["a class", "a.ts", "export abstract class AbstractStore {}"],
    ["a type", "a.ts", "export type StoreImpl = 1;"],
    ["an interface with a prefix", "a.ts", "export interface IStore {}"],
    ["a re-export", "a.ts", 'export { a as tokenManager } from "./b.ts";'],
  ])("finds a banned word in %s", (_case, path, text) => {
    expect(checkNames([someSource(path, text)])).toHaveLength(1);
  });

  it.each([
    ["a word that holds a banned one", "export const handlers = 1, processor = 2, metadata = 3, domain = 4;"],
    ["a word that begins with I", "export interface Issue {} export interface IPAddress {}"],
    ["a term of the design", "export class BaseAddress {} export const joinBasePath = 1;"],
    ["a name of the file's own", "const data = 1; function handle() {}"],
  ])("allows %s", (_case, text) => {
    expect(checkNames([someSource("a.ts", text)])).toEqual([]);
  });
});
