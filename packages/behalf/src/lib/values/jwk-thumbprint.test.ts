import { calculateJwkThumbprint, type JWK } from "jose";
import { describe, expect, it } from "vitest";
import { createTestKey } from "../../../../../test/support/signing-key.ts";
import { pickRequiredMembers, toJwkThumbprint } from "./jwk-thumbprint.ts";

const modulus =
  "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMst" +
  "n64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn" +
  "1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw";

describe("toJwkThumbprint", () => {
  it("gives that of the RFC's example", () => {
    const jwk = { kty: "RSA", n: modulus, e: "AQAB", alg: "RS256", kid: "2011-04-29" };
    expect(toJwkThumbprint(jwk)).toBe("NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
  });

  it.each(["ES256", "RS256", "EdDSA"] as const)("agrees with jose on a key for %s", async (kind) => {
    const jwk = createTestKey[kind]().key.publicJwk ?? {};
    expect(toJwkThumbprint(jwk)).toBe(await calculateJwkThumbprint(jwk as JWK));
  });

  it("does not depend on private members", () => {
    const jwk = { kty: "OKP", crv: "Ed25519", x: "11qY" };
    expect(toJwkThumbprint({ d: "private", use: "sig", ...jwk })).toBe(toJwkThumbprint(jwk));
    expect(pickRequiredMembers({ d: "private", use: "sig", ...jwk })).toEqual(jwk);
  });

  it.each([{}, { kty: "oct", k: "secret" }, { kty: "EC", crv: "P-256", x: "a" }, { kty: "RSA", n: 5, e: "AQAB" }])(
    "refuses %j without naming a value",
    (jwk) => {
      expect(() => toJwkThumbprint(jwk)).toThrow(TypeError);
      expect(() => toJwkThumbprint(jwk)).not.toThrow(/secret|P-256/);
    },
  );
});
