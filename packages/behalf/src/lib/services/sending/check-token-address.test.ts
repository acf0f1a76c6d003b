import { describe, expect, it } from "vitest";
import { BaseAddress } from "../../transport/base-address.ts";
import { checkTokenAddress, type TokenRules } from "./check-token-address.ts";

const check = (rules: TokenRules, url: string) => (): void => checkTokenAddress(rules, BaseAddress.parse(url));
const refusal = expect.objectContaining({ code: "BEHALF_REQUEST_REFUSED", refusal: "url", subject: "baseAddress" });
const tokenOrigins = ["https://a.example", "https://b.example:8443"];

describe("a token may go", () => {
  it.each([
    ["to https", {}, "https://a.example/v1"],
    ["to loopback", {}, "http://127.0.0.1:8080"],
    ["in clear text where that was allowed", { insecureRequestsAllowed: true }, "http://a.example"],
    ["to an origin that is listed", { tokenOrigins }, "https://a.example/v1/"],
    ["to another that is listed", { tokenOrigins }, "https://b.example:8443"],
    ["to a listed one with the usual port", { tokenOrigins }, "https://a.example:443"],
  ] as const)("%s", (_case, rules, url) => {
    expect(check(rules, url)).not.toThrow();
  });
});

describe("a token may not go", () => {
  it.each([
    ["to http", {}, "http://a.example"],
    ["to http though it is listed", { tokenOrigins: ["http://a.example"] }, "http://a.example"],
    ["to an origin that is not listed", { tokenOrigins }, "https://c.example"],
    ["to another port", { tokenOrigins }, "https://a.example:8443"],
    ["to another scheme", { tokenOrigins, insecureRequestsAllowed: true }, "http://a.example"],
    ["below a listed name", { tokenOrigins }, "https://x.a.example"],
    ["to a name that begins like a listed one", { tokenOrigins }, "https://a.example.evil.test"],
    ["anywhere where nothing is listed", { tokenOrigins: [] }, "https://a.example"],
  ] as const)("%s", (_case, rules, url) => {
    expect(check(rules, url)).toThrow(refusal);
  });
});
