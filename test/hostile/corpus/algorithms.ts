import { createHmac, type KeyObject } from "node:crypto";
import { refused } from "../expected.ts";
import { type KeyName, publishedSecret } from "../key-ring.ts";
import type { HostileCase, Signing, Theme } from "../vocabulary.ts";

type Secret = (key: KeyObject) => string | Buffer;

/** Public keys as a verifier might take them for a shared secret. */
const secrets: Readonly<Record<string, Secret>> = {
  PEM: (key) => key.export({ type: "spki", format: "pem" }),
  "PEM without its last line break": (key) => key.export({ type: "spki", format: "pem" }).toString().trimEnd(),
  DER: (key) => key.export({ type: "spki", format: "der" }),
  JWK: (key) => JSON.stringify(key.export({ format: "jwk" })),
};

const hmac =
  (hash: string, secret: (signing: Signing) => string | Buffer) =>
  (signing: Signing): Buffer =>
    createHmac(hash, secret(signing)).update(signing.input).digest();

const confusedWithSecret: readonly HostileCase[] = Object.entries(secrets).flatMap(([form, read]) =>
  (["ES256", "RS256"] as const).map((name) => ({
    name: `HS256 with the ${name} public key as ${form}`,
    make: {
      header: ({ ring }) => ({ alg: "HS256", kid: ring[name].kid }),
      signature: hmac("sha256", ({ ring }) => read(ring[name].publicKey)),
    },
    expect: refused.algorithm,
  })),
);

const unsigned: readonly HostileCase[] = [...["none", "None", "NONE", "nOnE", "none ", " none"]].map((alg) => ({
  name: `alg ${JSON.stringify(alg)}, no signature`,
  make: { header: { alg }, signature: () => Buffer.alloc(0) },
  expect: refused.algorithm,
}));

const strange = ([name, alg]: readonly [string, unknown]): HostileCase => ({
  name: `alg ${name}`,
  make: { header: { alg } },
  expect: refused.algorithm,
});

const unlisted = (alg: string): HostileCase => ({
  name: `alg ${alg}, which is none of the list`,
  make: { header: { alg } },
  expect: refused.algorithm,
});

/** Signed by one key, called by the name of another's. */
const confused = (claimed: KeyName, signer: KeyName): HostileCase => ({
  name: `alg and kid of ${claimed}, signature of ${signer}`,
  make: {
    header: ({ ring }) => ({ alg: ring[claimed].alg, kid: ring[claimed].kid }),
    signature: ({ input, ring }) => ring[signer].sign(input),
  },
  expect: refused.signature,
});

/** The key's own signature, under an algorithm that the key is not for. */
const misnamed = (alg: string, signer: KeyName): HostileCase => ({
  name: `alg ${alg} for the key of ${signer}`,
  make: { key: signer, header: { alg } },
  expect: refused.unknownKey,
});

export const algorithms: Theme = {
  name: "algorithms",
  cases: [
    ...unsigned,
    {
      name: "alg none with the signature of another token",
      make: { header: { alg: "none" } },
      expect: refused.algorithm,
    },
    ...[
      ["missing", undefined],
      ["empty", ""],
      ["a number", 256],
      ["null", null],
      ["a list", ["ES256"]],
      ["an object", { name: "ES256" }],
    ].map(([name, alg]) => strange([String(name), alg])),
    ...["es256", "Es256", "ES256 ", "RS384", "PS512", "HS384", "HS512", "ES256K", "RSA1_5", "dir", "__proto__"].map(
      unlisted,
    ),
    ...confusedWithSecret,
    {
      name: "HS384 with the public key as PEM",
      make: {
        header: { alg: "HS384" },
        signature: hmac("sha384", ({ ring }) => ring.ES256.publicKey.export({ type: "spki", format: "pem" })),
      },
      expect: refused.algorithm,
    },
    {
      name: "HS256 with an empty secret",
      make: { header: { alg: "HS256" }, signature: hmac("sha256", () => "") },
      expect: refused.algorithm,
    },
    {
      name: "HS256 with a secret that the server publishes",
      make: { header: { alg: "HS256", kid: "oct" }, signature: hmac("sha256", () => publishedSecret) },
      expect: refused.algorithm,
    },
    confused("RS256", "ES256"),
    confused("ES256", "RS256"),
    confused("PS256", "RS256"),
    confused("EdDSA", "ES256"),
    misnamed("PS256", "RS256"),
    misnamed("RS256", "PS256"),
    misnamed("RS256", "ES256"),
    misnamed("ES256", "RS256"),
    misnamed("ES384", "ES256"),
    misnamed("EdDSA", "ES256"),
  ],
  harmless: [
    { name: "RS256", make: { key: "RS256" } },
    { name: "PS256", make: { key: "PS256" } },
    { name: "ES384", make: { key: "ES384" } },
    { name: "ES512", make: { key: "ES512" } },
    { name: "EdDSA", make: { key: "EdDSA" } },
  ],
};
