import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { ActorToken } from "./actor-token.ts";
import { BearerToken } from "./bearer-token.ts";

const toJwt = (payload: unknown): string =>
  `eyJhbGciOiJub25lIn0.${Buffer.from(JSON.stringify(payload)).toString("base64url")}.`;

describe("ActorToken", () => {
  it("gives the token by value() only", () => {
    const token = new ActorToken("secret-token");
    expect(token.value()).toBe("secret-token");
    const printed = [String(token), JSON.stringify({ token }), inspect({ token }, { showHidden: true, depth: 9 })];
    expect(printed.join()).not.toContain("secret-token");
    expect(inspect(token)).toBe("ActorToken [redacted]");
  });

  it.each(["", " ", "a b", "a\nb", "ä", "a\u0000"])("refuses %j, and does not show it", (text) => {
    expect(() => new ActorToken(text)).toThrow(new TypeError("A token is a text of visible ASCII characters."));
  });

  it("digests by SHA-256", () => {
    expect(new ActorToken("abc").digest()).toBe("ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0");
  });

  it("reads issuer and end of a JWT, unverified", () => {
    const token = new ActorToken(toJwt({ iss: "https://as.example", exp: 12.5 }));
    expect([token.isJwt, token.issuer(), token.expiresAt()]).toEqual([true, "https://as.example", 12_500]);
  });

  it.each([{ iss: 1, exp: "12" }, { exp: null }, null, 5, []])("knows nothing of a JWT that says %j", (payload) => {
    const token = new ActorToken(toJwt(payload));
    expect([token.issuer(), token.expiresAt()]).toEqual([undefined, undefined]);
  });

  it.each(["opaque", "a.b", "a.!.c", "a.b.c.d.e", "eyJ.bm90IGpzb24.x"])("reads nothing of %s", (text) => {
    expect(new ActorToken(text).expiresAt()).toBeUndefined();
  });
});

describe("BearerToken.parse", () => {
  it.each(["Bearer abc", "bearer abc", "BEARER   abc "])("reads %j", (header) => {
    expect(BearerToken.parse(header).value()).toBe("abc");
  });

  it.each(["", "abc", "Bearer", "Bearer ", "Basic abc", "Bearer a b", "Bearerabc", "Bearer ä"])(
    "refuses %j without showing it",
    (header) => {
      expect(BearerToken.tryParse(header)).toBeUndefined();
      expect(() => BearerToken.parse(header)).toThrow(new TypeError('The header is not of the form "Bearer <token>".'));
    },
  );

  it("makes an actor token that prints redacted", () => {
    const token = BearerToken.parse("Bearer abc");
    expect(token).toBeInstanceOf(ActorToken);
    expect(inspect([token])).toBe("[ BearerToken [redacted] ]");
  });
});
