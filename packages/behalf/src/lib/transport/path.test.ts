import { describe, expect, it } from "vitest";
import { RequestRefusedError } from "../errors/request-refused-error.ts";
import { parsePathTemplate } from "../values/path-template.ts";
import { fillPath, formatQuery, type PathValues } from "./path.ts";

const fill = (template: string, values?: PathValues): string => fillPath(parsePathTemplate(template), values);

function refusal(work: () => unknown): RequestRefusedError {
  try {
    work();
  } catch (error) {
    if (error instanceof RequestRefusedError) return error;
    throw error;
  }
  throw new Error("Nothing was refused");
}

describe("fillPath", () => {
  it.each([
    ["a plain text", "abc", "/items/abc"],
    ["a number", 42, "/items/42"],
    ["zero", 0, "/items/0"],
    ["a slash", "a/b", "/items/a%2Fb"],
    ["a backslash", "a\\b", "/items/a%5Cb"],
    ["a question mark and a hash", "a?b#c", "/items/a%3Fb%23c"],
    ["an encoded slash, which is encoded again", "a%2Fb", "/items/a%252Fb"],
    ["an encoded dot segment, which is encoded again", "%2e%2e", "/items/%252e%252e"],
    ["three dots", "...", "/items/..."],
    ["a semicolon after a word", "a;b", "/items/a%3Bb"],
    ["unicode", "Größe 🚲", "/items/Gr%C3%B6%C3%9Fe%20%F0%9F%9A%B2"],
    ["a line break", "a\r\nb", "/items/a%0D%0Ab"],
  ])("carries %s", (_case, sku, path) => {
    expect(fill("/items/{sku}", { sku })).toBe(path);
  });

  it.each([
    ["empty", ""],
    ["a dot", "."],
    ["two dots", ".."],
    ["a step up behind a slash", "../../admin"],
    ["a step up behind a backslash", "a\\..\\b"],
    ["two dots with a path parameter of their own", "..;a"],
    ["a lone surrogate", "\ud800"],
    ["missing", undefined],
  ])("refuses a value that is %s, and names the parameter only", (_case, sku) => {
    expect(refusal(() => fill("/items/{sku}", { sku }))).toMatchObject({
      code: "BEHALF_REQUEST_REFUSED",
      refusal: "pathParameter",
      subject: "sku",
    });
  });

  it("refuses a value for a parameter that the path does not have", () => {
    expect(refusal(() => fill("/items/{sku}", { sku: "1", id: "2" }))).toMatchObject({ subject: "id" });
  });

  it("does not take a value that every object has for a given one", () => {
    expect(refusal(() => fill("/items/{constructor}"))).toMatchObject({ subject: "constructor" });
    expect(fill("/items/{toString?}", {})).toBe("/items");
  });

  it.each([
    ["/items/{sku?}", {}, "/items"],
    ["/items/{sku?}", { sku: "1" }, "/items/1"],
    ["/items/{sku?}/parts", {}, "/items/parts"],
    ["/items/{sku?}/parts/{part?}", {}, "/items/parts"],
    ["/{sku?}", {}, "/"],
    ["/items/", {}, "/items/"],
  ])("leaves an optional parameter of %s out with its slash: %o", (template, values, path) => {
    expect(fill(template, values)).toBe(path);
  });

  it("fills several parameters in one segment", () => {
    expect(fill("/items/{sku}-{format}", { sku: "1", format: "json" })).toBe("/items/1-json");
  });
});

describe("formatQuery", () => {
  it.each([
    ["nothing", undefined, ""],
    ["no members", {}, ""],
    ["undefined members only", { a: undefined, b: [undefined] }, ""],
    ["text, number and boolean", { a: "x y", b: 1, c: false }, "?a=x+y&b=1&c=false"],
    ["a list", { a: ["1", undefined, "2"] }, "?a=1&a=2"],
    ["characters that end a query", { "a&": "1#2=3" }, "?a%26=1%232%3D3"],
    ["an empty text", { a: "" }, "?a="],
  ])("writes %s", (_case, values, query) => {
    expect(formatQuery(values)).toBe(query);
  });
});
