import { generateKeyPairSync, type KeyObject, type SignKeyObjectInput, sign } from "node:crypto";
import type { SigningKey } from "../../packages/behalf/src/lib/values/signing-key.ts";

/** A key that signs, with what verifies it. */
export interface TestKey {
  readonly key: SigningKey;
  readonly publicKey: KeyObject;
}

function toTestKey(algorithm: string, pair: { publicKey: KeyObject; privateKey: KeyObject }, hash?: string): TestKey {
  const options: SignKeyObjectInput = { key: pair.privateKey, dsaEncoding: "ieee-p1363" };
  return {
    publicKey: pair.publicKey,
    key: {
      algorithm,
      publicJwk: { ...pair.publicKey.export({ format: "jwk" }) },
      sign: (input) => sign(hash, input, options),
    },
  };
}

/** Creates a key of a kind, once for each kind that a proof or an assertion can have. */
export const createTestKey = {
  ES256: (): TestKey => toTestKey("ES256", generateKeyPairSync("ec", { namedCurve: "P-256" }), "sha256"),
  RS256: (): TestKey => toTestKey("RS256", generateKeyPairSync("rsa", { modulusLength: 2048 }), "sha256"),
  EdDSA: (): TestKey => toTestKey("EdDSA", generateKeyPairSync("ed25519")),
} as const;
