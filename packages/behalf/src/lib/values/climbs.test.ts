import { describe, expect, it } from "vitest";
import { climbs } from "./climbs.ts";

describe("climbs", () => {
  it.each([
    ["two dots", "/v1/../admin"],
    ["two dots at the end", "/v1/.."],
    ["encoded dots", "/v1/%2e%2E/admin"],
    ["an encoded slash", "/v1/..%2fadmin"],
    ["an encoded backslash", "/v1/..%5Cadmin"],
    ["a backslash", "/v1/..\\admin"],
    ["a path parameter", "/v1/..;/admin"],
    ["a path parameter with a value", "/v1/..;a=1/admin"],
    ["an encoded path parameter", "/v1/..%3b/admin"],
    ["a question mark that is decoded", "/v1/..%3f/admin"],
    ["a fragment that is decoded", "/v1/..%23"],
    ["a zero byte", "/v1/..%00/admin"],
    ["a tab that a parser drops", "/v1/.%09./admin"],
    ["a tab as it is", "/v1/.\t./admin"],
    ["dots that are encoded twice", "/v1/%252e%252e/admin"],
    ["slashes that are encoded twice", "/v1/..%252fadmin"],
    ["dots that are encoded three times", "/v1/%25252e%25252e/admin"],
    ["digits of an encoding that are encoded", "/v1/%%32%65%%32%65/admin"],
    ["overlong dots", "/v1/%c0%ae%c0%ae/admin"],
    ["overlong dots of three bytes", "/v1/%e0%80%ae%e0%80%ae/admin"],
    ["an overlong slash", "/v1/..%c0%afadmin"],
    ["an overlong backslash", "/v1/..%c1%9cadmin"],
    ["dots in the form of old servers", "/v1/%u002e%u002e/admin"],
  ])("tells of %s", (_case, path) => {
    expect(climbs(path)).toBe(true);
  });

  it.each([
    "/v1/items",
    "/v1/items/1..2",
    "/v1/items/..x",
    "/v1/items/x..",
    "/v1/items/...",
    "/v1/items/%2e%2efile",
    "/v1/items/100%",
    "/v1/items/100%25",
    "/v1/items/%zz",
    "/v1/items/a%2Fb",
    "/v1/items/gr%C3%B6%C3%9Fe",
    "/v1/items/%F0%9F%8C%B1",
  ])("lets %s be", (path) => {
    expect(climbs(path)).toBe(false);
  });

  it("takes no long time for a long path", () => {
    expect(climbs(`/v1/%${"25".repeat(50_000)}2e${"/%252e".repeat(10_000)}`)).toBe(false);
  });
});
