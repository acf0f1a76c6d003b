import { describe, expect, it } from "vitest";
import { RequestRefusedError } from "../errors/request-refused-error.ts";
import { formatPath } from "./format-path.ts";

describe("formatPath", () => {
  it("escapes what a segment does not carry plain", () => {
    expect(formatPath("/items/{id}", { id: "a/b ?#%é" })).toBe("/items/a%2Fb%20%3F%23%25%C3%A9");
  });

  it("takes numbers, zero too", () => {
    expect(formatPath("/items/{id}", { id: 0 })).toBe("/items/0");
  });

  it("leaves out an optional parameter with its slash", () => {
    expect(formatPath("/items/{id}/files/{file?}", { id: 1 })).toBe("/items/1/files");
  });

  it("adds a query", () => {
    expect(formatPath("/items", undefined, { tag: ["a", "b"], full: true })).toBe("/items?tag=a&tag=b&full=true");
  });

  it.each(["", ".", "..", "../x", "x/../y"])("refuses %j, which leads to another path", (id) => {
    expect(() => formatPath("/items/{id}", { id })).toThrow(RequestRefusedError);
  });

  it("refuses a value for no parameter", () => {
    const template: string = "/items/{id}";
    expect(() => formatPath(template, { id: 1, sku: 2 })).toThrow(RequestRefusedError);
    expect(() => formatPath(template, {})).toThrow(RequestRefusedError);
  });

  it("throws for a template that is none", () => {
    expect(() => formatPath("items", {})).toThrow(TypeError);
  });
});
