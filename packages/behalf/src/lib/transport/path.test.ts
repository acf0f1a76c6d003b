import { describe, expect, it } from "vitest";
import { RequestRefusedError } from "../errors/request-refused-error.ts";
import { parsePathTemplate } from "../values/path-template.ts";
import { fillGivenPath, fillPath, type PathValues } from "./path.ts";

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
    ["an encoded dot, which is encoded again", "%2efile", "/items/%252efile"],
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
    ["an encoded step up, for a server that decodes twice", "%2e%2e"],
    ["a step up with an encoded slash, for the same", "..%2fadmin"],
    ["a lone surrogate", "\ud800"],
    ["a number that is none", Number.NaN],
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

describe("fillGivenPath", () => {
  it.each<[string, PathValues | undefined, string]>([
    ["/items/1", undefined, "/items/1"],
    ["/items/1", {}, "/items/1"],
    ["/items/{sku}", { sku: "a/b" }, "/items/a%2Fb"],
    ["/items/{sku?}", {}, "/items"],
    ["/items/{item.sku}/{part-no}", { "item.sku": 1, "part-no": 2 }, "/items/1/2"],
    ["/items/{sku}?where={a}#{b}", { sku: 1 }, "/items/1?where={a}#{b}"],
    ["items?where={a}", undefined, "items?where={a}"],
  ])("fills %s with %o: %s", (path, values, filled) => {
    expect(fillGivenPath(path, values)).toBe(filled);
  });

  it.each<[string, PathValues | undefined, string]>([
    ["/items/{sku}", undefined, 'the path parameter "sku" is missing.'],
    ["/items/{sku}", {}, 'the path parameter "sku" is missing.'],
    ["/items/1", { sku: 1 }, 'the path has no parameter "sku".'],
    ["/items/{sku", { sku: 1 }, "cannot be read"],
    ["/items/{}", {}, "write {name}"],
    ["items/{sku}", { sku: 1 }, 'begin with one "/"'],
    ["https://evil.example/{sku}", { sku: 1 }, 'begin with one "/"'],
  ])("refuses %s with %o, and says why", (path, values, reason) => {
    const error = refusal(() => fillGivenPath(path, values));
    expect(error.refusal).toBe("pathParameter");
    expect(error.message).toContain(reason);
  });
});
