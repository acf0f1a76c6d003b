import {
  constants,
  generateKeyPairSync,
  type JsonWebKey,
  type KeyObject,
  type SignKeyObjectInput,
  sign,
} from "node:crypto";

const kinds = {
  ES256: () => generateKeyPairSync("ec", { namedCurve: "P-256" }),
  ES384: () => generateKeyPairSync("ec", { namedCurve: "P-384" }),
  ES512: () => generateKeyPairSync("ec", { namedCurve: "P-521" }),
  ES256K: () => generateKeyPairSync("ec", { namedCurve: "secp256k1" }),
  RS256: () => generateKeyPairSync("rsa", { modulusLength: 2048 }),
  PS256: () => generateKeyPairSync("rsa", { modulusLength: 2048 }),
  EdDSA: () => generateKeyPairSync("ed25519"),
} as const;

export type KeyKind = keyof typeof kinds;

const hashes: Readonly<Record<KeyKind, string | null>> = {
  ES256: "sha256",
  ES384: "sha384",
  ES512: "sha512",
  ES256K: "sha256",
  RS256: "sha256",
  PS256: "sha256",
  EdDSA: null,
};

/** A key with what it is called. */
export interface RingKey {
  readonly alg: KeyKind;
  readonly kid: string;
  readonly publicKey: KeyObject;
  readonly jwk: JsonWebKey;
  sign(input: Buffer): Buffer;
}

/** Signs in one algorithm's way, whatever the key is used for elsewhere. */
export function signAs(alg: KeyKind, key: KeyObject, input: Buffer): Buffer {
  const padding = alg === "PS256" ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 } : {};
  const options: SignKeyObjectInput = { key, dsaEncoding: "ieee-p1363", ...padding };
  return sign(hashes[alg], input, options);
}

export function toRingKey(alg: KeyKind, kid: string, pair: { publicKey: KeyObject; privateKey: KeyObject }): RingKey {
  const { publicKey, privateKey } = pair;
  return {
    alg,
    kid,
    publicKey,
    jwk: { ...publicKey.export({ format: "jwk" }), kid, alg, use: "sig" },
    sign: (input) => signAs(alg, privateKey, input),
  };
}

const create = (alg: KeyKind, kid: string): RingKey => toRingKey(alg, kid, kinds[alg]());

/** The point of order one: with it for a key, a signature of it and zero fits every message. */
export const smallOrder: string = Buffer.concat([Buffer.of(1), Buffer.alloc(31)]).toString("base64url");

/** The tenant whose tokens are good, and that has a key of its own. */
export const ownTenant = "7c2d9a10-1111-4111-8111-111111111111";

/** A secret that the server publishes by mistake. */
export const publishedSecret: Buffer = Buffer.from("a-secret-that-everybody-can-read-in-the-key-set");

const shortRsa = () => toRingKey("RS256", "short", generateKeyPairSync("rsa", { modulusLength: 1024 }));

/** The keys of the corpus: what the server publishes, and what it does not. */
export function createKeyRing() {
  const published = {
    ES256: create("ES256", "es256"),
    RS256: create("RS256", "rs256"),
    PS256: create("PS256", "ps256"),
    ES384: create("ES384", "es384"),
    ES512: create("ES512", "es512"),
    EdDSA: create("EdDSA", "eddsa"),
  };
  const unusable = {
    ES256K: create("ES256K", "es256k"),
    short: shortRsa(),
    encryption: create("ES256", "encryption"),
  };
  const tenantKey = create("ES256", "of-tenant");
  const unpublished = {
    stranger: create("ES256", "es256"),
    strangerRsa: create("RS256", "rs256"),
    unknown: create("ES256", "unknown"),
    holder: create("ES256", "holder"),
    partner: create("ES256", "partner"),
    otherHolder: create("ES256", "other-holder"),
    otherP384: create("ES384", "es256"),
    longRsa: toRingKey("RS256", "rs256", generateKeyPairSync("rsa", { modulusLength: 3072 })),
  };
  const toJwks = (issuer: string): readonly unknown[] => [
    ...Object.values(published).map(({ jwk }) => jwk),
    unusable.ES256K.jwk,
    unusable.short.jwk,
    { ...unusable.encryption.jwk, use: "enc" },
    { kty: "oct", kid: "oct", alg: "HS256", use: "sig", k: publishedSecret.toString("base64url") },
    { kty: "EC", crv: "P-256", kid: "halved", alg: "ES256", use: "sig", x: published.ES256.jwk.x },
    { ...published.ES384.jwk, kid: "mislabelled", alg: "ES256" },
    { kty: "OKP", crv: "Ed25519", kid: "small", alg: "EdDSA", use: "sig", x: smallOrder },
    { ...tenantKey.jwk, issuer: `${issuer}/${ownTenant}` },
  ];
  return { ...published, ...unusable, ...unpublished, tenantKey, toJwks };
}

export type KeyRing = ReturnType<typeof createKeyRing>;
export type KeyName = Exclude<keyof KeyRing, "toJwks">;
