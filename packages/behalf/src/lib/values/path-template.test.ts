import { describe, expect, it } from "vitest";
import { parsePathTemplate } from "./path-template.ts";

describe("parsePathTemplate", () => {
  it("reads fixed text and parameters", () => {
    expect(parsePathTemplate("/items/{sku}/{part?}")).toEqual([
      "/items/",
      { name: "sku", optional: false },
      "/",
      { name: "part", optional: true },
    ]);
  });

  it("reads parameters beside each other, and an encoded character", () => {
    expect(parsePathTemplate("/%41/{sku}.{format}")).toEqual([
      "/%41/",
      { name: "sku", optional: false },
      ".",
      { name: "format", optional: false },
    ]);
  });

  it("reads the root", () => {
    expect(parsePathTemplate("/")).toEqual(["/"]);
  });

  it.each([
    ["", 'it must begin with one "/"'],
    ["items", 'it must begin with one "/"'],
    ["//evil.example/", 'it must begin with one "/"'],
    ["/a?b=c", '"/a?b=c" has a character that no path carries plain'],
    ["/a b", '"/a b" has a character that no path carries plain'],
    ["/{}", '"{}" is no parameter: write {name}, or {name?} for an optional one'],
    ["/{1a}", '"{1a}" is no parameter: write {name}, or {name?} for an optional one'],
    ["/{a", '"/{a" has a character that no path carries plain'],
    ["/{a}/{a}", 'the parameter "a" stands in it twice'],
    ["/a/../b", 'the segments "." and ".." leave the path'],
    ["/%{a}", '"/%" has a character that no path carries plain'],
    ["/a/.{b?}", 'the segments "." and ".." leave the path'],
    ["/a/..%2fadmin", 'the segments "." and ".." leave the path'],
    ["/a/..;/{b}", 'the segments "." and ".." leave the path'],
    ["/a/%252e%252e/{b}", 'the segments "." and ".." leave the path'],
    ["/a/%2E%2e", 'the segments "." and ".." leave the path'],
  ])("refuses %j", (template, reason) => {
    expect(() => parsePathTemplate(template)).toThrow(new TypeError(reason));
  });
});
