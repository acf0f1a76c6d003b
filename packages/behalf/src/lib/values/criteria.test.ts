import { describe, expect, it } from "vitest";
import { type CriteriaRequest, parseCriteria } from "./criteria.ts";

type Headers = Readonly<Record<string, string>>;

const request = (url: string, headers: Headers = {}): CriteriaRequest => ({
  method: "GET",
  url,
  header: (name) => headers[name],
});

const alice = request("/orders/7?color=dark%20red&size=1&size=2#q?end=1", { "x-user": "Alice", "x-empty": "" });

describe("parseCriteria", () => {
  it.each([
    ["headers[x-user] == Alice", true],
    ["headers[X-USER] == Alice", true],
    ["headers[x-user]==Alice", true],
    ["headers[ x-user ]  ==  'Alice'", true],
    ["headers[x-user] == alice", false],
    ["headers[x-user] != alice", true],
    ["headers[x-user] != Alice", false],
    ["headers[x-user] ~~ lic", true],
    ["headers[x-user] ~~ LIC", false],
    ["headers[x-user] !~ bob", true],
    ["headers[x-user] !~ lic", false],
    ["headers[x-empty] == ''", true],
    ["query[color] == 'dark red'", true],
    ['query[color] == "dark red"', true],
    ["query[Color] == 'dark red'", false],
    ["query[color] ~~ ark", true],
    ["url ~~ /orders", true],
    ["url ~~ color=dark", true],
    ["url !~ /health", true],
    ["url == /orders", false],
  ])("tells of %s that it is %s", (criteria, verdict) => {
    expect(parseCriteria(criteria)(alice)).toBe(verdict);
  });

  it.each(["headers[x-none]", "query[none]", "query[size]", "query[end]"])(
    "takes %s, which is not there once, for different from everything",
    (operand) => {
      const verdicts = ["== ''", "~~ ''", "!= ''", "!~ ''"].map((rest) => parseCriteria(`${operand} ${rest}`)(alice));
      expect(verdicts).toEqual([false, false, true, true]);
    },
  );

  const [yes, no] = ["url ~~ /orders", "url ~~ /health"];

  it.each([
    [`!${no}`, true],
    [`!(${yes})`, false],
    [`!!${yes}`, true],
    [`${yes} || ${no} && ${no}`, true],
    [`(${yes} || ${no}) && ${no}`, false],
    [`${no} && ${no} || ${yes}`, true],
    [`${no} && (${no} || ${yes})`, false],
    [`!${no} && ${no}`, false],
    [`!(${no} && ${no})`, true],
    [`((${yes}))&&((${yes}))`, true],
    ["url ~~ /orders&&url ~~ 7||url ~~ x", true],
    ["url !~ a&b && url !~ a|b", true],
  ])("tells of %s that it is %s", (criteria, verdict) => {
    expect(parseCriteria(criteria)(alice)).toBe(verdict);
  });

  it.each([
    ["", 1, "headers[…], query[…], url, ! or ("],
    ["   ", 4, "headers[…], query[…], url, ! or ("],
    ["cookie[a] == b", 1, "headers[…], query[…], url, ! or ("],
    ["headers == b", 9, "the name of a header in brackets"],
    ["headers[a b] == b", 8, "the name of a header in brackets"],
    ["query[] == b", 6, "the name of a query parameter in brackets"],
    ["url = b", 5, "==, !=, ~~ or !~"],
    ["url b", 5, "==, !=, ~~ or !~"],
    ["url ==", 7, "a value"],
    ["url === b", 7, "a value"],
    ["url == && url == b", 8, "a value"],
    ["url == 'b", 8, "a value"],
    ["url == a b", 10, "&&, || or the end"],
    ["url == it's", 10, "&&, || or the end"],
    ["url == a & url == b", 10, "&&, || or the end"],
    ["(url == a", 10, "&&, || or )"],
    ["url == a)", 9, "&&, || or the end"],
    ["url == a &&", 12, "headers[…]"],
    ["()", 2, "headers[…]"],
  ])("refuses %j at character %i, where it expected %s", (criteria, position, expected) => {
    const text = `The criteria cannot be read at character ${position}: expected ${expected}`;
    expect(() => parseCriteria(criteria)).toThrow(TypeError);
    expect(() => parseCriteria(criteria)).toThrow(text);
  });

  it("takes 2,000 characters, and no more", () => {
    const longest = `url ~~ ${"/".repeat(1_993)}`;
    expect(parseCriteria(longest)(alice)).toBe(false);
    expect(() => parseCriteria(`${longest}/`)).toThrow("longer than 2000 characters");
  });

  it.each(["(", "!"])("takes 32 levels of %s, and no more", (opening) => {
    const nest = (depth: number) => `${opening.repeat(depth)}${yes}${opening === "(" ? ")".repeat(depth) : ""}`;
    expect(parseCriteria(nest(32))(alice)).toBe(true);
    expect(() => parseCriteria(nest(33))).toThrow("expected no more than 32 levels");
  });

  it("shows nothing of the criteria in its errors", () => {
    expect(() => parseCriteria("headers[x-user] == alice smith")).toThrow(/^(?!.*(alice|smith|x-user))/s);
  });
});
