import { describe, expect, it } from "vitest";
import { readAccessToken } from "./read-access-token.ts";
import { RequestContext } from "./request-context.ts";

function read(rawHeaders: readonly string[], header = "authorization"): string {
  const incoming = { rawHeaders, setResponseHeader() {}, onHangUp() {} };
  return readAccessToken(new RequestContext(incoming, { messageIdHeader: "x-request-id" }), header).value();
}

describe("readAccessToken", () => {
  it.each([
    ["Authorization", "Bearer abc.def"],
    ["authorization", "bearer abc.def"],
    ["AUTHORIZATION", "BEARER   abc.def "],
  ])("reads %s: %s", (name, value) => {
    expect(read([name, value])).toBe("abc.def");
  });

  it.each(["abc.def", "Bearer abc.def"])("reads %s of a header of one's own", (value) => {
    expect(read(["X-Access-Token", value, "Authorization", "Basic eDp5"], "x-access-token")).toBe("abc.def");
  });

  it.each([
    ["no header", [], "missing"],
    ["another header only", ["x-access-token", "abc"], "missing"],
    ["two headers", ["authorization", "Bearer a", "Authorization", "Bearer b"], "twoTokens"],
    ["two headers that say the same", ["authorization", "Bearer a", "Authorization", "Bearer a"], "twoTokens"],
    ["two tokens in one header", ["authorization", "Bearer a, Bearer b"], "malformed"],
    ["a bare token", ["authorization", "abc.def"], "scheme"],
    ["Basic", ["authorization", "Basic eDp5"], "scheme"],
    ["an empty value", ["authorization", ""], "scheme"],
    ["Bearer without a token", ["authorization", "Bearer"], "malformed"],
    ["Bearer with two words", ["authorization", "Bearer a b"], "malformed"],
    ["a token with a control character", ["authorization", "Bearer a\x01"], "malformed"],
  ])("refuses %s", (_case, rawHeaders, reason) => {
    expect(() => read(rawHeaders)).toThrow(expect.objectContaining({ name: "CallerTokenError", reason }));
  });

  it.each(["", "two words", "Basic eDp5"])("refuses %j in a header of one's own", (value) => {
    expect(() => read(["x-access-token", value], "x-access-token")).toThrow(
      expect.objectContaining({ reason: "scheme" }),
    );
  });
});
