import { describe, expect, it } from "vitest";
import { CallerTokenError } from "../../errors/caller-token-error.ts";
import { checkHeader } from "./check-header.ts";
import { isIdToken } from "./is-id-token.ts";

const algorithms = ["ES256"];

function verdict(header: Readonly<Record<string, unknown>>, profile: "any" | "rfc9068" = "any"): string {
  try {
    checkHeader({ alg: "ES256", ...header }, { algorithms, profile });
    return "accepted";
  } catch (error) {
    return error instanceof CallerTokenError ? error.reason : String(error);
  }
}

describe("the header of an access token", () => {
  it.each([["none"], ["None"], ["es256"], ["HS256"], ["RS256"], [undefined], [null], [["ES256"]], [""]])(
    "may not name the algorithm %j",
    (alg) => {
      expect(verdict({ alg })).toBe("algorithm");
    },
  );

  it.each([{ crit: ["exp"] }, { crit: [] }, { b64: false }, { b64: true }])("may hold no extension: %o", (header) => {
    expect(verdict(header)).toBe("critical");
  });

  it.each([
    [undefined, "accepted", "typ"],
    ["at+jwt", "accepted", "accepted"],
    ["AT+JWT", "accepted", "accepted"],
    ["application/at+jwt", "accepted", "accepted"],
    ["JWT", "accepted", "typ"],
    ["application/jwt", "accepted", "typ"],
    ["dpop+jwt", "typ", "typ"],
    ["logout+jwt", "typ", "typ"],
    ["token-introspection+jwt", "typ", "typ"],
    ["", "typ", "typ"],
    [["at+jwt"], "typ", "typ"],
  ])("is of the type %j: any is %s, RFC 9068's is %s", (typ, any, profile) => {
    const header = typ === undefined ? {} : { typ };
    expect([verdict(header), verdict(header, "rfc9068")]).toEqual([any, profile]);
  });

  it.each([[7], [null], [{}], [["key-1"]]])("may not name the key %j", (kid) => {
    expect(verdict({ kid })).toBe("malformed");
  });

  it("is read for nothing else", () => {
    expect(
      verdict({ kid: "'; DROP TABLE keys", jku: "https://evil.example", jwk: {}, x5u: "a", x5c: [], zip: "DEF" }),
    ).toBe("accepted");
  });
});

describe("an ID token", () => {
  it.each([
    { at_hash: "a" },
    { c_hash: "a" },
    { s_hash: "a" },
    { nonce: "n" },
    { events: {} },
    { token_use: "id" },
    { token_use: "refresh" },
    { typ: "ID" },
    { typ: "Refresh" },
    { typ: "Offline" },
    { typ: "Logout" },
  ])("is known by %o", (claims) => {
    expect(isIdToken(claims)).toBe(true);
  });

  it.each([
    {},
    { nonce: "n", scope: "orders" },
    { nonce: "n", scp: ["orders"] },
    { token_use: "access" },
    { typ: "Bearer" },
    { name: "Alice", email: "alice@example.com" },
  ])("is not %o", (claims) => {
    expect(isIdToken(claims)).toBe(false);
  });
});
