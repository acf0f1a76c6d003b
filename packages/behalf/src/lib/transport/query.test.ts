import { describe, expect, it } from "vitest";
import { RequestRefusedError } from "../errors/request-refused-error.ts";
import { addQuery, flag, formatQuery, type GivenQuery, type QueryValues, replaceInQuery } from "./query.ts";

const noon = new Date("2026-03-01T12:00:00.5+02:00");

/** Values as a program without types may give them. */
const untyped = (value: unknown): QueryValues => Object.assign(Object.create(null), { a: value });

describe("formatQuery", () => {
  it.each<[string, QueryValues | undefined, string]>([
    ["nothing", undefined, ""],
    ["no members", {}, ""],
    ["undefined and null members only", { a: undefined, b: null, c: [undefined, null] }, ""],
    ["text, number and boolean", { a: "x y", b: 1, c: false, d: true }, "?a=x%20y&b=1&c=false&d=true"],
    ["a number beyond the safe ones", { a: 12345678901234567890n, b: -0.5 }, "?a=12345678901234567890&b=-0.5"],
    ["a date in UTC", { a: noon }, "?a=2026-03-01T10%3A00%3A00.500Z"],
    ["a list", { a: ["1", undefined, 2, true, noon] }, "?a=1&a=2&a=true&a=2026-03-01T10%3A00%3A00.500Z"],
    ["an empty list, which is left out", { a: [], b: 1 }, "?b=1"],
    ["a flag", { a: flag, b: 1, c: [flag, "x"] }, "?a&b=1&c&c=x"],
    ["an empty text", { a: "" }, "?a="],
    ["characters that end a query", { "a&": "1#2=3&4+5" }, "?a%26=1%232%3D3%264%2B5"],
    ["unicode", { größe: "🚲" }, "?gr%C3%B6%C3%9Fe=%F0%9F%9A%B2"],
    ["an encoded text, which is encoded again", { a: "%20" }, "?a=%2520"],
    ["a line break", { a: "1\r\n2" }, "?a=1%0D%0A2"],
  ])("writes %s", (_case, values, query) => {
    expect(formatQuery(values)).toBe(query);
  });

  it.each<[string, URLSearchParams, string]>([
    ["no pairs", new URLSearchParams(), ""],
    ["their order, and names that are repeated", new URLSearchParams("b=2&a=1&b=1&b=2"), "?b=2&a=1&b=1&b=2"],
    ["pairs without a value, or without a name", new URLSearchParams("a&=1&b="), "?a=&=1&b="],
    ["what ends a query, and spaces", new URLSearchParams({ "a&": "1#2=3&4+5 6" }), "?a%26=1%232%3D3%264%2B5%206"],
    ["an encoded text, which is encoded again", new URLSearchParams([["a", "%20"]]), "?a=%2520"],
    ["unicode, and what stands for a lone surrogate", new URLSearchParams({ ß: "\ud800" }), "?%C3%9F=%EF%BF%BD"],
  ])("writes of URLSearchParams %s", (_case, params, query) => {
    expect(formatQuery(params)).toBe(query);
  });

  it.each<[string, unknown]>([
    ["an object", { b: 1 }],
    ["a list within a list", [["1"]]],
    ["a map", new Map([["b", 1]])],
    ["a number that is none", Number.NaN],
    ["a number without end", Number.POSITIVE_INFINITY],
    ["a date that is none", new Date("never")],
    ["a function", () => "b"],
    ["a symbol", Symbol("b")],
    ["a lone surrogate", "\ud800"],
  ])("refuses %s, and names the member only", (_case, value) => {
    const write = (): string => formatQuery(untyped(value));
    expect(write).toThrow(RequestRefusedError);
    expect(write).toThrow(expect.objectContaining({ refusal: "query", subject: "a" }));
  });

  it("refuses a name with a lone surrogate, and does not repeat it", () => {
    expect(() => formatQuery({ "\ud800": 1 })).toThrow(expect.objectContaining({ refusal: "query", subject: "name" }));
  });

  it("refuses what is no object of values", () => {
    const given: QueryValues = Object.assign(Object.create(null), { [Symbol.iterator]: () => [] });
    expect(() => formatQuery(given)).toThrow(expect.objectContaining({ refusal: "query" }));
  });

  it("takes no member of the prototype for one of the query", () => {
    expect(formatQuery(Object.create({ a: 1 }))).toBe("");
  });
});

describe("addQuery", () => {
  it.each<[string, GivenQuery | undefined, string]>([
    ["/items", { a: 1 }, "/items?a=1"],
    ["/items?b=2", { a: 1 }, "/items?b=2&a=1"],
    ["/items?b=2", new URLSearchParams("a=2&a=1"), "/items?b=2&a=2&a=1"],
    ["/items?b=2", new URLSearchParams(), "/items?b=2"],
    ["/items?", { a: 1 }, "/items?a=1"],
    ["/items?b=2&", { a: 1 }, "/items?b=2&a=1"],
    ["/items#top", { a: 1 }, "/items?a=1"],
    ["/items?b=2", undefined, "/items?b=2"],
  ])("puts behind %s the query %o: %s", (path, values, target) => {
    expect(addQuery(path, values)).toBe(target);
  });
});

describe("replaceInQuery", () => {
  it.each<[string, GivenQuery | undefined, string]>([
    ["nothing", undefined, "?a=1"],
    ["values", { b: [2, 3], a: 9 }, "?b=2&b=3&a=1"],
    ["URLSearchParams", new URLSearchParams("b=2&a=9&b=3&a=8"), "?b=2&a=1&b=3"],
  ])("puts one value in the place of those in %s", (_case, given, query) => {
    expect(formatQuery(replaceInQuery(given, { a: 1 }))).toBe(query);
  });

  it("leaves what is given as it is", () => {
    const given = new URLSearchParams("a=9");
    replaceInQuery(given, { a: 1 });
    expect(String(given)).toBe("a=9");
  });
});
