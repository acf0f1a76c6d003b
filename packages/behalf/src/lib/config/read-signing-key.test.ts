import {
  createPublicKey,
  createSecretKey,
  generateKeyPairSync,
  type JsonWebKey,
  type KeyObject,
  randomBytes,
  verify,
} from "node:crypto";
import { inspect } from "node:util";
import { base64url, compactVerify, importJWK } from "jose";
import { describe, expect, it } from "vitest";
import { createCertificateAuthority } from "../../../../../test/support/certificates.ts";
import type { SigningKey } from "../values/signing-key.ts";
import { generateSigningKey, type PrivateKeyMaterial, readSigningKey } from "./read-signing-key.ts";

const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
const curves = { ES256: "P-256", ES384: "P-384", ES512: "P-521" } as const;
const ec = (namedCurve: string): KeyObject => generateKeyPairSync("ec", { namedCurve }).privateKey;
const p256 = ec("P-256");
const ed25519 = generateKeyPairSync("ed25519").privateKey;

const pem = (key: KeyObject, type: "pkcs8" | "pkcs1" | "sec1" = "pkcs8"): string =>
  String(key.export({ type, format: "pem" }));
const jwk = (key: KeyObject): JsonWebKey => key.export({ format: "jwk" });
const read = (material: PrivateKeyMaterial, more: object = {}): SigningKey =>
  readSigningKey(material, { path: "privateKey", ...more });

/** Has `jose`, which is not ours, verify what the key signs. */
async function verifies(key: SigningKey): Promise<boolean> {
  const header = base64url.encode(JSON.stringify({ alg: key.algorithm }));
  const input = `${header}.${base64url.encode("payload")}`;
  const signature = base64url.encode(await key.sign(new TextEncoder().encode(input)));
  const publicKey = await importJWK({ ...key.publicJwk }, key.algorithm);
  await compactVerify(`${input}.${signature}`, publicKey);
  return true;
}

describe("readSigningKey", () => {
  it.each([
    ["PKCS#8", pem(p256)],
    ["SEC1", pem(p256, "sec1")],
    ["PKCS#1", pem(rsa, "pkcs1")],
    ["a JWK", { ...jwk(p256) }],
    ["a JWK as text", JSON.stringify(jwk(p256))],
    ["a KeyObject", p256],
  ])("reads %s", async (_, material) => {
    expect(await verifies(read(material))).toBe(true);
  });

  it.each([
    ["ES256", p256],
    ["ES384", ec(curves.ES384)],
    ["ES512", ec(curves.ES512)],
    ["RS256", rsa],
    ["EdDSA", ed25519],
  ])("chooses %s by the key", async (algorithm, material) => {
    const key = read(material);
    expect(key.algorithm).toBe(algorithm);
    expect(await verifies(key)).toBe(true);
  });

  it.each([
    ["RS384", rsa],
    ["RS512", rsa],
    ["PS256", rsa],
    ["PS384", rsa],
    ["PS512", rsa],
    ["Ed25519", ed25519],
  ])("signs with %s where it is told to", async (algorithm, material) => {
    expect(await verifies(read(material, { algorithm }))).toBe(true);
  });

  it("takes kid and alg of a JWK, unless it is told others", () => {
    const material = { ...jwk(rsa), kid: "own", alg: "PS384" };
    expect(read(material)).toMatchObject({ keyId: "own", algorithm: "PS384" });
    expect(read(material, { keyId: "k", algorithm: "RS256" })).toMatchObject({ keyId: "k", algorithm: "RS256" });
  });

  it("knows the public half, and prints nothing of the private one", () => {
    const key = read(p256);
    expect(key.publicJwk).toEqual(createPublicKey(p256).export({ format: "jwk" }));
    const printed = `${inspect(key, { depth: 9, showHidden: true })} ${JSON.stringify(key)}`;
    expect(printed).not.toContain(String(jwk(p256).d));
    expect(inspect(key)).toBe("SigningKey ES256 [redacted]");
  });

  it("tells the thumbprint of its certificate", async () => {
    const authority = await createCertificateAuthority();
    const { certificate, privateKey, thumbprint } = await authority.issueClient("orders-api");
    expect(read(privateKey, { certificate }).certificateThumbprint).toBe(thumbprint);
  });

  it("refuses the certificate of another key, and names it", async () => {
    const authority = await createCertificateAuthority();
    const { certificate } = await authority.issueClient("orders-api");
    expect(() => read(p256, { certificate })).toThrow(/^certificate: a certificate of another key/);
    expect(() => read(p256, { certificate: "none" })).toThrow(/^certificate: a certificate that cannot be read/);
  });

  it.each([
    ["a symmetric key", createSecretKey(randomBytes(32)), /a symmetric key/],
    ["a symmetric JWK", { kty: "oct", k: "AAAA" }, /a symmetric key/],
    ["a public key", createPublicKey(p256), /a public key/],
    ["a public JWK", { ...jwk(createPublicKey(p256)) }, /a public key/],
    ["a public PEM", String(createPublicKey(p256).export({ type: "spki", format: "pem" })), /a public key/],
    [
      "a short RSA key",
      generateKeyPairSync("rsa", { modulusLength: 1024 }).privateKey,
      /an RSA key of 1024 bits\. Give one of 2048/,
    ],
    [
      "an encrypted PEM",
      String(p256.export({ type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "x" })),
      /an encrypted private key/,
    ],
    ["another curve", ec("secp256k1"), /a key of the type ec/],
    ["another type", generateKeyPairSync("x25519").privateKey, /a key of the type x25519/],
    ["a broken JWK", { ...jwk(p256), d: "AA", x: "AA" }, /a JWK that cannot be read/],
    ["a word", "s3cret", /a text that is no private key/],
    ["a certificate", "-----BEGIN CERTIFICATE-----\ns3cret", /a certificate\. Give its private key here/],
  ])("refuses %s", (_, material, message) => {
    expect(() => read(material)).toThrow(
      expect.objectContaining({ code: "BEHALF_CONFIG_INVALID", message: expect.stringMatching(message) }),
    );
    expect(() => read(material)).not.toThrow(/s3cret/);
  });

  it("refuses an algorithm that does not fit the key, and names one that does", () => {
    expect(() => read(p256, { algorithm: "RS256" })).toThrow(/cannot sign with RS256\..*ES256 fits/);
    expect(() => read(p256, { algorithm: "ES384" })).toThrow(/cannot sign with ES384/);
    expect(() => read({ ...jwk(rsa), alg: "HS256" })).toThrow(/cannot sign with HS256/);
  });
});

describe("generateSigningKey", () => {
  it.each([undefined, "ES384", "RS256", "EdDSA"])("makes a key that signs: %s", async (algorithm) => {
    const key = generateSigningKey(algorithm);
    expect(key.algorithm).toBe(algorithm ?? "ES256");
    expect(await verifies(key)).toBe(true);
  });

  it("makes elliptic signatures of fixed length", () => {
    const key = generateSigningKey();
    const input = new Uint8Array([1, 2, 3]);
    const signature = key.sign(input) as Uint8Array;
    const publicKey = createPublicKey({ key: { ...key.publicJwk } as JsonWebKey, format: "jwk" });
    expect(signature).toHaveLength(64);
    expect(verify("sha256", input, { key: publicKey, dsaEncoding: "ieee-p1363" }, signature)).toBe(true);
  });
});
