import { describe, expect, it } from "vitest";
import { RequestRefusedError } from "../errors/request-refused-error.ts";
import { type GivenHeaders, listHeaders } from "./check-headers.ts";

const list = (given: GivenHeaders | undefined): string[] => listHeaders(given, "x-request-id");

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

  it.each(["", "x a", "x:a", "x\na", "größe"])("refuses the name %j, and does not repeat it", (name) => {
    expect(() => list([[name, "1"]])).toThrow(expect.objectContaining({ refusal: "header", subject: "name" }));
  });
});
