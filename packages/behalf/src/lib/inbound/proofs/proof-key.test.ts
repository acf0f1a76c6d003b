import { describe, expect, it } from "vitest";
import { toJwk } from "../../../../../../test/support/possession.ts";
import { createTestKey } from "../../../../../../test/support/signing-key.ts";
import { toJwkThumbprint } from "../../values/jwk-thumbprint.ts";
import { createFindProofKey } from "./proof-key.ts";

const rsa = toJwk(createTestKey.RS256());
const find = (jwk: Readonly<Record<string, unknown>>, alg = "RS256") =>
  createFindProofKey()({ alg, jwk }, toJwkThumbprint(jwk));

describe("createFindProofKey", () => {
  it("gives the key of a proof's header", async () => {
    await expect(find(rsa)).resolves.toMatchObject({ type: "public", usages: ["verify"] });
  });

  it("imports a key once for each algorithm", async () => {
    const findKey = createFindProofKey();
    const jkt = toJwkThumbprint(rsa);
    const first = await findKey({ alg: "RS256", jwk: rsa }, jkt);
    expect(await findKey({ alg: "RS256", jwk: { ...rsa } }, jkt)).toBe(first);
    expect(await findKey({ alg: "PS256", jwk: rsa }, jkt)).toMatchObject({ algorithm: { name: "RSA-PSS" } });
  });

  it("looks at what a known key says of itself again", async () => {
    const findKey = createFindProofKey();
    const jkt = toJwkThumbprint(rsa);
    const privateKey: object = { ...rsa, d: "AAAA" };
    await findKey({ alg: "RS256", jwk: rsa }, jkt);
    await expect(findKey({ alg: "RS256", jwk: privateKey }, jkt)).rejects.toThrow(TypeError);
  });

  it.each([
    ["an exponent of 40 bits", { e: "AQAAAAE" }],
    ["a modulus of 8200 bits", { n: Buffer.alloc(1_025, 0xff).toString("base64url") }],
  ])("refuses the cost of %s", async (_case, members) => {
    await expect(find({ ...rsa, ...members })).rejects.toThrow(TypeError);
  });

  it("takes a modulus of 8192 bits", async () => {
    const n = Buffer.alloc(1_024, 0xff).toString("base64url");
    await expect(find({ ...rsa, n })).resolves.toMatchObject({ algorithm: { modulusLength: 8_192 } });
  });

  it("computes nothing with a key that is not the token's", async () => {
    const broken = { kty: "EC", crv: "P-256", x: "AA", y: "AA" };
    await expect(createFindProofKey()({ alg: "ES256", jwk: broken }, "another")).rejects.toMatchObject({
      name: "CallerTokenError",
      reason: "binding",
    });
  });
});
