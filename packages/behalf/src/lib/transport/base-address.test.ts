import { describe, expect, it } from "vitest";
import { RequestRefusedError } from "../errors/request-refused-error.ts";
import { BaseAddress } from "./base-address.ts";

const base = BaseAddress.parse("https://inventory.example/v1");
const root = BaseAddress.parse("https://inventory.example");

describe("BaseAddress.parse", () => {
  it.each([
    ["https://inventory.example", "https://inventory.example", ""],
    ["https://inventory.example/", "https://inventory.example", ""],
    ["https://inventory.example/v1//", "https://inventory.example", "/v1"],
    ["HTTPS://Inventory.Example:443/v1", "https://inventory.example", "/v1"],
    ["http://127.0.0.1:8080/a/b", "http://127.0.0.1:8080", "/a/b"],
    ["https://inventory.example/a/%2e%2e/b", "https://inventory.example", "/b"],
  ])("reads %s", (address, origin, basePath) => {
    expect(BaseAddress.parse(address)).toMatchObject({ origin, basePath });
  });

  it.each([
    "inventory.example",
    "/v1",
    "ftp://inventory.example",
    "file:///etc/passwd",
    "data:text/plain,x",
    "https://user@inventory.example",
    "https://user:secret@inventory.example",
    "https://inventory.example?a=1",
    "https://inventory.example#a",
    "https://inventory.example/v1/..%2fadmin",
    "https://inventory.example/v1/%252e%252e/admin",
    "",
  ])("refuses %j", (address) => {
    expect(() => BaseAddress.parse(address)).toThrow(RequestRefusedError);
  });

  it("does not repeat the address that it refuses", () => {
    expect(() => BaseAddress.parse("https://user:secret@inventory.example")).not.toThrow(/secret/);
  });
});

describe("resolve", () => {
  it.each([
    ["items/1", "/v1/items/1"],
    ["/items/1", "/v1/items/1"],
    ["", "/v1/"],
    ["/", "/v1/"],
    ["?a=1", "/v1/?a=1"],
    ["/items?a=1#part", "/v1/items?a=1"],
    ["/items/%2F", "/v1/items/%2F"],
    ["/items/%2e%2efile", "/v1/items/%2e%2efile"],
    ["/a/../items", "/v1/items"],
    ["https://inventory.example/v1", "/v1"],
    ["https://inventory.example/v1/items?x=..", "/v1/items?x=.."],
    ["https://INVENTORY.example:443/v1/items", "/v1/items"],
    ["/größe", "/v1/gr%C3%B6%C3%9Fe"],
    [" https://evil.example/", "/v1/%20https://evil.example/"],
  ])("gives path and query of %j", (target, path) => {
    expect(base.resolve(target)).toBe(path);
  });

  it.each([
    ["another origin", "https://evil.example/v1/items"],
    ["another scheme", "http://inventory.example/v1/items"],
    ["another port", "https://inventory.example:8443/v1/items"],
    ["a look-alike host", "https://inventory.example.evil.example/v1/items"],
    ["a user name", "https://user@inventory.example/v1/items"],
    ["a host behind a user name", "https://inventory.example@evil.example/v1/items"],
    ["a host by slashes", "//evil.example/v1/items"],
    ["a host by backslashes", "\\\\evil.example/v1/items"],
    ["a host by slash and backslash", "/\\evil.example/v1/items"],
    ["a scheme without slashes", "https:evil.example"],
    ["a scheme with backslashes", "https:\\\\evil.example\\v1"],
    ["a scheme in capitals", "HTTPS://evil.example/v1"],
    ["javascript", "javascript:alert(1)"],
    ["data", "data:text/plain,x"],
    ["file", "file:///v1/items"],
    ["blob", "blob:https://inventory.example/v1/x"],
    ["no URL at all", "https://["],
    ["a look-alike of the base path", "https://inventory.example/v1x/items"],
    ["the path above", "../admin"],
    ["the path above, twice", "/a/../../admin"],
    ["encoded dots", "/%2e%2e/admin"],
    ["half encoded dots", "/.%2E/admin"],
    ["dots before a backslash", "..\\admin"],
    ["encoded slashes", "/..%2fadmin"],
    ["encoded slashes in capitals", "/items/..%2F..%2Fadmin"],
    ["encoded dots and slashes", "/%2e%2e%2f%2e%2e%2fadmin"],
    ["encoded backslashes", "/..%5c..%5cadmin"],
    ["encoded dots at the end", "/items%2f%2e%2e"],
    ["dots with a path parameter", "/..;/admin"],
    ["dots with a named path parameter", "/..;a=1/admin"],
    ["dots with an encoded path parameter", "/..%3b/admin"],
    ["dots that are encoded twice", "/%252e%252e/admin"],
    ["overlong dots", "/%c0%ae%c0%ae/admin"],
  ])("refuses %s", (_case, target) => {
    expect(() => base.resolve(target)).toThrow(RequestRefusedError);
  });

  it.each([
    ["a tab between the slashes", "/\t/evil.example/items"],
    ["a line break between the slashes", "\n/\n/evil.example/items"],
    ["a backslash", "\\evil.example"],
  ])("stays at its origin without a base path, or refuses: %s", (_case, target) => {
    const resolve = (): string => root.resolve(target);
    expect(resolve).toThrow(RequestRefusedError);
  });

  it.each([undefined, null, 7, Symbol("url"), {}, ["/items"], { href: 7 }])(
    "refuses %s, which JavaScript lets a caller give",
    (target) => {
      expect(() => base.resolve(target as string)).toThrow(expect.objectContaining({ refusal: "url", subject: "url" }));
    },
  );

  it("takes another realm's URL object for what it says once", () => {
    const hrefs = ["https://inventory.example/v1/items", "https://evil.example/v1/items"];
    const foreign = {
      get href() {
        return hrefs.shift();
      },
    };
    expect(base.resolve(foreign as unknown as URL)).toBe("/v1/items");
  });

  it("takes a URL object", () => {
    expect(root.resolve(new URL("https://inventory.example/items?a=1"))).toBe("/items?a=1");
  });

  it("says which rule is broken, and not by which URL", () => {
    expect(() => base.resolve("https://evil.example/secret")).toThrow(
      expect.objectContaining({ refusal: "url", subject: "url", message: expect.not.stringContaining("secret") }),
    );
  });
});

describe("toURL", () => {
  it("ends with a slash, so that relative URLs stay below", () => {
    expect([base.toURL().href, root.toURL().href]).toEqual([
      "https://inventory.example/v1/",
      "https://inventory.example/",
    ]);
  });
});
