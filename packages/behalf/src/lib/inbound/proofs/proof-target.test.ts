import { describe, expect, it } from "vitest";
import { isTargetOf, toProofTarget } from "./proof-target.ts";

const one = "https://api.example/v1/orders";

describe("toProofTarget", () => {
  it.each([
    "https://api.example/v1/orders",
    "HTTPS://API.Example/v1/orders",
    "https://api.example:443/v1/orders",
    "https://api.example:/v1/orders",
    "https://api.example/v1/orders?page=2",
    "https://api.example/v1/orders#top",
    "https://api.example/v1/orders?to=https://user@host/",
    "https://api.example/%76%31/%6frders",
    "https://%61pi.example/v1/orders",
    "https://api.example/v1/./orders",
    "https://api.example/v0/../v1/orders",
    "https://api.example/../v1/orders",
    "https://api.example/v0/%2e%2E/v1/orders",
  ])("spells %s like its equals", (url) => {
    expect(toProofTarget(url)).toBe(one);
  });

  it.each([
    ["http://api.example:80", "http://api.example/"],
    ["http://api.example:443/", "http://api.example:443/"],
    ["https://api.example/a/b/..", "https://api.example/a/"],
    ["https://api.example/a/.", "https://api.example/a/"],
    ["https://api.example/a//b", "https://api.example/a//b"],
    ["https://api.example/a%2fb%c3%a9", "https://api.example/a%2Fb%C3%A9"],
    ["https://api.example/%2561", "https://api.example/%2561"],
    ["https://api.example/...", "https://api.example/..."],
    ["https://[::1]:443/", "https://[::1]/"],
  ])("spells %s as %s", (url, target) => {
    expect(toProofTarget(url)).toBe(target);
  });

  it.each([
    "",
    "/v1/orders",
    "//api.example/v1/orders",
    "api.example/v1/orders",
    "https:/api.example/v1/orders",
    "https:api.example/v1/orders",
    "https:///v1/orders",
    "https://:443/v1/orders",
    "wss://api.example/v1/orders",
    "https://user@api.example/v1/orders",
    "https://user:secret@api.example/v1/orders",
    "https://api.example@evil.example/v1/orders",
    "https://api.example/v1/%zz",
    "https://api.example/v1/%%36%31",
    "https://api.example/v1/%",
    " https://api.example/v1/orders",
    "https://api.example/v1/orders\n",
    "https://api.example/v1/\torders",
    "https://api.example/v1/ord\u00e9rs",
    "https://\u212aapi.example/v1/orders",
  ])("finds no URL in %j", (url) => {
    expect(toProofTarget(url)).toBeUndefined();
  });
});

describe("isTargetOf", () => {
  const urls = ["https://api.example/v1", "http://orders.internal:8080"];

  it.each([
    ["https://api.example/v1/orders", "/orders"],
    ["https://api.example/v1/orders", "/orders?page=2"],
    ["https://api.example/v1/orders", "/%6Frders"],
    ["https://api.example/v1/", "/?page=2"],
    ["https://api.example/v1/orders", "/orders?file=/../secrets"],
    ["https://api.example/v1//evil.example", "//evil.example"],
    ["http://orders.internal:8080/orders", "/orders"],
  ])("finds that %s is that of %s", (target, requestUrl) => {
    expect(isTargetOf(target, urls, requestUrl)).toBe(true);
  });

  it.each([
    ["https://api.example/v1/orders/", "/orders"],
    ["https://api.example/v1/orders", "/orders/"],
    ["https://api.example/orders", "/orders"],
    ["https://api.example/v1/Orders", "/orders"],
    ["http://api.example/v1/orders", "/orders"],
    ["https://api.example:8443/v1/orders", "/orders"],
    ["https://evil.example/v1/orders", "/orders"],
    ["https://api.example.evil.example/v1/orders", "/orders"],
    ["https://api.example/v1/a%2Fb", "/a/b"],
    ["http://orders.internal/orders", "/orders"],
    ["http://orders.internal:8080/v1/orders", "/orders"],
    ["https://api.example/v1", "/"],
    ["https://api.example/v1*", "*"],
    ["https://api.example/v1orders", "orders"],
    ["https://api.example/v1https://api.example/v1/orders", "https://api.example/v1/orders"],
  ])("finds that %s is not that of %s", (target, requestUrl) => {
    expect(isTargetOf(target, urls, requestUrl)).toBe(false);
  });

  it.each(["/a/../orders", "/./orders", "/a/%2e%2E/orders", "/orders/.."])("finds no target of %s", (requestUrl) => {
    const target = toProofTarget(`${urls[0]}${requestUrl}`) ?? "";
    expect(target).not.toBe("");
    expect(isTargetOf(target, urls, requestUrl)).toBe(false);
  });
});
