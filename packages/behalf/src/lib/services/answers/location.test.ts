import { describe, expect, it } from "vitest";
import { readLocation, toCreated } from "./location.ts";

const request = "https://api.example.com/v1/items?draft=1";

describe("readLocation", () => {
  it.each([
    ["https://files.example.com/9", "https://files.example.com/9"],
    ["/v1/items/9", "https://api.example.com/v1/items/9"],
    ["items/9", "https://api.example.com/v1/items/9"],
    ["../v2/items/9?full=1#top", "https://api.example.com/v2/items/9?full=1#top"],
    ["//other.example.com/9", "https://other.example.com/9"],
  ])("resolves %s against the URL of the request", (header, expected) => {
    expect(readLocation(header, request)?.href).toBe(expected);
  });

  it.each([
    undefined,
    "",
    "  ",
    "https://",
    "http://[",
    "https://a b/",
    "javascript:alert(1)",
    "urn:isbn:1",
    "file:///etc",
  ])("gives nothing for %j", (header) => {
    expect(readLocation(header, request)).toBeUndefined();
  });
});

describe("toCreated", () => {
  const idOf = (path: string): string | undefined => toCreated(new URL(path, request)).id;

  it("gives the last segment of the path, decoded", () => {
    expect(idOf("/items/a%2Fb%20%C3%A9?x=1#y")).toBe("a/b é");
  });

  it.each(["/items/", "/", "/items/%E0%A4%A", "/items/%ff"])("gives no id for %s", (path) => {
    expect(idOf(path)).toBeUndefined();
  });

  it("gives nothing without a location", () => {
    expect(toCreated(undefined)).toEqual({ location: undefined, id: undefined });
  });
});
