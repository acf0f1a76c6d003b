import { describe, expect, it } from "vitest";
import { RequestRefusedError } from "../errors/request-refused-error.ts";
import { type GivenHeaders, listHeaders } from "./check-headers.ts";

const list = (given: GivenHeaders | undefined): string[] => listHeaders(given, ["x-request-id"]);

describe("listHeaders", () => {
  it.each([
    ["nothing", undefined, []],
    ["a record", { Accept: "text/plain", "X-A": "1" }, ["accept", "text/plain", "x-a", "1"]],
    ["Headers", new Headers({ Accept: "text/plain" }), ["accept", "text/plain"]],
    [
      "pairs, repeated ones too",
      [
        ["x-a", "1"],
        ["X-A", "2"],
      ] as const,
      ["x-a", "1", "x-a", "2"],
    ],
    ["a value beyond ASCII that a header can carry", { "x-a": "é" }, ["x-a", "é"]],
  ])("lists %s", (_case, given, listed) => {
    expect(list(given)).toEqual(listed);
  });

  it.each([
    "authorization",
    "proxy-authorization",
    "dpop",
    "host",
    "connection",
    "transfer-encoding",
    "content-length",
    "expect",
    "keep-alive",
    "upgrade",
    "te",
    "trailer",
    "proxy-connection",
    "x-request-id",
  ])("refuses %s, in any case, and names it", (name) => {
    for (const written of [name, name.toUpperCase()]) {
      expect(() => list({ [written]: "value-5ec2e7" })).toThrow(
        expect.objectContaining({
          code: "BEHALF_REQUEST_REFUSED",
          refusal: "header",
          subject: name,
          message: expect.not.stringContaining("value-5ec2e7"),
        }),
      );
    }
  });

  it.each([
    ["a line feed", "a\nb"],
    ["a carriage return", "a\r\nset-cookie: b"],
    ["a null", "a\0b"],
    ["a character beyond Latin-1", "€"],
  ])("refuses a value with %s", (_case, value) => {
    expect(() => list({ "x-a": value })).toThrow(RequestRefusedError);
  });

  it.each<[string, unknown, string]>([
    ["a text", "x-a: 1", "headers"],
    ["a number", 1, "headers"],
    ["pairs of one", [["x-a"]], "headers"],
    ["pairs of three", [["x-a", "1", "2"]], "headers"],
    ["names and values in turn", ["x-a", "1"], "headers"],
    ["a symbol as a name", [[Symbol("authorization"), "1"]], "name"],
    ["a list as a name", [[["authorization"], "1"]], "name"],
    ["a symbol as a value", { "x-a": Symbol("value") }, "x-a"],
    ["a number as a value", { "x-a": 1 }, "x-a"],
    ["a list as a value", { "x-a": ["1", "2"] }, "x-a"],
    ["nothing as a value", { "x-a": undefined }, "x-a"],
  ])("refuses %s, which JavaScript lets a caller give", (_case, given, subject) => {
    const headers = given as GivenHeaders;
    expect(() => list(headers)).toThrow(expect.objectContaining({ refusal: "header", subject }));
  });

  it("asks no value twice for its text", () => {
    const texts = ["1", "1\r\nauthorization: Bearer stolen"];
    const changing = { toString: () => texts.shift() };
    const headers = { "x-a": changing } as unknown as GivenHeaders;
    expect(() => list(headers)).toThrow(RequestRefusedError);
  });

  it("knows a header of its own by a letter that looks like one of its", () => {
    expect(() => list([["\u212aeep-alive", "1"]])).toThrow(expect.objectContaining({ subject: "keep-alive" }));
    expect(() => list([["ho\u017ft", "1"]])).toThrow(expect.objectContaining({ subject: "name" }));
  });

  it.each(["", "x a", "x:a", "x\na", "größe"])("refuses the name %j, and does not repeat it", (name) => {
    expect(() => list([[name, "1"]])).toThrow(expect.objectContaining({ refusal: "header", subject: "name" }));
  });
});
