import { describe, expect, it } from "vitest";
import { readTarget, toUpstreamPath } from "./request-target.ts";

describe("readTarget", () => {
  it.each([
    ["/orders?a=1", "/orders?a=1"],
    ["//orders/%2f?", "//orders/%2f?"],
    ["*", "*"],
    ["http://elsewhere.test:1/orders?a=1", "/orders?a=1"],
    ["HTTP://elsewhere.test", "/"],
    ["http://elsewhere.test?a=1", "/?a=1"],
  ])("takes %s as %s", (given, path) => {
    expect(readTarget(given)).toBe(path);
  });

  it.each(["", "orders", "ftp://a/b", "elsewhere.test:443"])("takes %j as nothing", (given) => {
    expect(readTarget(given)).toBeUndefined();
  });
});

describe("toUpstreamPath", () => {
  it("puts a path below the API's", () => {
    expect(toUpstreamPath("/v1", "/orders?up=../..")).toBe("/v1/orders?up=../..");
    expect(toUpstreamPath("", "/../orders")).toBe("/../orders");
  });

  it.each(["/../admin", "/a/..", "/a/%2e%2E/b", "/a/..%2fb", "/a\\..\\b", "/..;x/b", "*"])("refuses %s", (target) => {
    expect(toUpstreamPath("/v1", target)).toBeUndefined();
  });
});
