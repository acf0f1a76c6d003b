import { refused } from "../expected.ts";
import type { HostileCase, Theme } from "../vocabulary.ts";

const named = (name: string, make: HostileCase["make"]): HostileCase => ({ name, make, expect: refused.unknownKey });

/** The server's key set holds, beside the good keys, what no token may be signed with. */
export const keys: Theme = {
  name: "keys",
  cases: [
    { name: "key of a stranger under a good kid", make: { key: "stranger" }, expect: refused.signature },
    { name: "RSA key of a stranger under a good kid", make: { key: "strangerRsa" }, expect: refused.signature },
    { name: "RSA signature of another length", make: { key: "longRsa" }, expect: refused.signature },
    {
      name: "no kid, and no published key that signed it",
      make: { key: "stranger", header: { kid: undefined } },
      expect: refused.signature,
    },
    named("key that was never published", { key: "unknown" }),
    named("key on another curve under a good kid", { key: "otherP384" }),
    {
      name: "key on another curve, called ES256",
      make: { key: "otherP384", header: { alg: "ES256" } },
      expect: refused.signature,
    },
    named("published key for encryption", { key: "encryption" }),
    named("published RSA key of 1024 bits", { key: "short" }),
    named("published key on a curve that its algorithm does not have", {
      key: "ES384",
      header: { alg: "ES256", kid: "mislabelled" },
    }),
    named("published key without one of its halves", { header: { kid: "halved" } }),
    named("published shared secret under ES256", { header: { kid: "oct" } }),
    { name: "published key on secp256k1", make: { key: "ES256K" }, expect: refused.algorithm },
    named("published key on secp256k1, called ES256", { key: "ES256K", header: { alg: "ES256" } }),
    // With the point of order one for a key, this signature fits every message: whoever takes the key takes any token.
    named("published Ed25519 key of order one", {
      header: { alg: "EdDSA", kid: "small" },
      signature: () => Buffer.concat([Buffer.of(1), Buffer.alloc(63)]),
    }),
    {
      name: "Ed25519 signature that a key of order one would fit",
      make: {
        header: { alg: "EdDSA", kid: "eddsa" },
        signature: () => Buffer.concat([Buffer.of(1), Buffer.alloc(63)]),
      },
      expect: refused.signature,
    },
  ],
};
