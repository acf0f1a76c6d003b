import {
  constants,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type JsonWebKey,
  KeyObject,
  type SignKeyObjectInput,
  sign,
  X509Certificate,
} from "node:crypto";
import { ConfigurationError } from "../errors/configuration-error.ts";
import { printAs } from "../values/print-as.ts";
import { redacted } from "../values/redacted.ts";
import type { SigningKey } from "../values/signing-key.ts";

/** How an algorithm signs (RFC 7518 section 3.1, RFC 8037). */
interface Algorithm {
  readonly keyType: "ec" | "rsa" | "ed25519";
  readonly curve?: string;
  readonly hash: string | null;
  readonly input?: Omit<SignKeyObjectInput, "key">;
}

const pss = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST };
const fixedLength = { dsaEncoding: "ieee-p1363" } as const;

const algorithms: ReadonlyMap<string, Algorithm> = new Map<string, Algorithm>([
  ["ES256", { keyType: "ec", curve: "prime256v1", hash: "sha256", input: fixedLength }],
  ["ES384", { keyType: "ec", curve: "secp384r1", hash: "sha384", input: fixedLength }],
  ["ES512", { keyType: "ec", curve: "secp521r1", hash: "sha512", input: fixedLength }],
  ["RS256", { keyType: "rsa", hash: "sha256" }],
  ["RS384", { keyType: "rsa", hash: "sha384" }],
  ["RS512", { keyType: "rsa", hash: "sha512" }],
  ["PS256", { keyType: "rsa", hash: "sha256", input: pss }],
  ["PS384", { keyType: "rsa", hash: "sha384", input: pss }],
  ["PS512", { keyType: "rsa", hash: "sha512", input: pss }],
  ["EdDSA", { keyType: "ed25519", hash: null }],
  ["Ed25519", { keyType: "ed25519", hash: null }],
]);

/** The algorithms that a private key can sign with. */
export const signingAlgorithmNames: readonly string[] = [...algorithms.keys()];

/** A private key as it is given: PEM or JSON, a JWK, or a key of Node's. */
export type PrivateKeyMaterial = string | KeyObject | Readonly<Record<string, unknown>>;

/** What is said of a private key. */
export interface SigningKeyOptions {
  /** Where it stands in the configuration. */
  readonly path: string;
  /** @default the JWK's `kid` */
  readonly keyId?: string | undefined;
  /** @default the JWK's `alg`, else what fits the key */
  readonly algorithm?: string | undefined;
  /** The certificate that goes with the key, PEM. */
  readonly certificate?: string | undefined;
}

class LocalSigningKey implements SigningKey {
  static {
    printAs(LocalSigningKey.prototype, function (this: LocalSigningKey) {
      return `SigningKey ${this.algorithm} ${redacted}`;
    });
  }

  readonly algorithm: string;
  readonly keyId: string | undefined;
  readonly certificateThumbprint: string | undefined;
  readonly publicJwk: Readonly<Record<string, unknown>>;
  readonly #hash: string | null;
  readonly #input: SignKeyObjectInput;

  constructor(key: KeyObject, name: string, said: Pick<SigningKey, "keyId" | "certificateThumbprint">) {
    const { hash = null, input } = algorithms.get(name) ?? {};
    this.algorithm = name;
    this.keyId = said.keyId;
    this.certificateThumbprint = said.certificateThumbprint;
    this.publicJwk = Object.freeze({ ...createPublicKey(key).export({ format: "jwk" }) });
    this.#hash = hash;
    this.#input = { ...input, key };
    Object.freeze(this);
  }

  sign(input: Uint8Array): Uint8Array {
    return sign(this.#hash, input, this.#input);
  }
}

const refuse = (path: string, given: string, fix: string): never => {
  throw new ConfigurationError([{ path, given, fix }]);
};

const formats = "Give a private key as PEM (PKCS#8, PKCS#1 or SEC1), as a JWK, or as a KeyObject.";

function readJwk(jwk: Readonly<Record<string, unknown>>, path: string): KeyObject {
  if (jwk.kty === "oct") refuse(path, "a symmetric key", "Give the private half of a key pair.");
  if (jwk.d === undefined) refuse(path, "a public key", "Give its private half; the public one is for the server.");
  try {
    return createPrivateKey({ key: { ...jwk } as JsonWebKey, format: "jwk" });
  } catch {
    return refuse(path, "a JWK that cannot be read", formats);
  }
}

function readPem(text: string, path: string): KeyObject {
  if (/ENCRYPTED/.test(text)) {
    refuse(path, "an encrypted private key", "Decrypt it; the place where it stands is what protects it.");
  }
  if (/BEGIN (RSA )?PUBLIC KEY/.test(text)) {
    refuse(path, "a public key", "Give its private half; the public one is for the server.");
  }
  if (/BEGIN CERTIFICATE/.test(text) && !/PRIVATE KEY/.test(text)) {
    refuse(path, "a certificate", 'Give its private key here, and the certificate in "certificate".');
  }
  try {
    return createPrivateKey(text);
  } catch {
    return refuse(path, "a text that is no private key", formats);
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Reads what is given; a JWK is also told, for what it says of itself. */
function readMaterial(
  material: PrivateKeyMaterial,
  path: string,
): { readonly key: KeyObject; readonly jwk: Readonly<Record<string, unknown>> } {
  if (material instanceof KeyObject) {
    if (material.type === "private") return { key: material, jwk: {} };
    return refuse(path, `a ${material.type === "secret" ? "symmetric" : "public"} key`, formats);
  }
  const json = typeof material === "string" && /^\s*\{/.test(material) ? parseJson(material) : material;
  if (isRecord(json)) return { key: readJwk(json, path), jwk: json };
  return typeof json === "string" ? { key: readPem(json, path), jwk: {} } : refuse(path, "no private key", formats);
}

const curveNames: ReadonlyMap<string, string> = new Map([
  ["prime256v1", "ES256"],
  ["secp384r1", "ES384"],
  ["secp521r1", "ES512"],
]);

function fittingAlgorithm({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): string | undefined {
  if (asymmetricKeyType === "rsa") return "RS256";
  if (asymmetricKeyType === "ed25519") return "EdDSA";
  return asymmetricKeyType === "ec" ? curveNames.get(asymmetricKeyDetails?.namedCurve ?? "") : undefined;
}

function fits({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject, name: string): boolean {
  const algorithm = algorithms.get(name);
  if (algorithm?.keyType !== asymmetricKeyType) return false;
  return algorithm?.curve === undefined || algorithm.curve === asymmetricKeyDetails?.namedCurve;
}

function chooseAlgorithm(key: KeyObject, wanted: unknown, path: string): string {
  const fitting = fittingAlgorithm(key);
  if (fitting === undefined) {
    refuse(path, `a key of the type ${key.asymmetricKeyType}`, "Give an EC key (P-256, P-384, P-521), RSA or Ed25519.");
  }
  const bits = key.asymmetricKeyDetails?.modulusLength ?? Number.POSITIVE_INFINITY;
  if (bits < 2048) refuse(path, `an RSA key of ${bits} bits`, "Give one of 2048 bits or more (RFC 7518 section 3.3).");
  if (typeof wanted !== "string") return fitting ?? "";
  if (fits(key, wanted)) return wanted;
  return refuse(path, `a key that cannot sign with ${wanted}`, `Take "signingAlgorithm" out; ${fitting} fits the key.`);
}

function thumbprintOf(certificate: string, key: KeyObject, path: string): string {
  const read = (): X509Certificate => {
    try {
      return new X509Certificate(certificate);
    } catch {
      return refuse(path, "a certificate that cannot be read", "Give the certificate of the private key, PEM.");
    }
  };
  const leaf = read();
  if (!leaf.checkPrivateKey(key)) {
    refuse(path, "a certificate of another key", 'Give the certificate that belongs to "privateKey".');
  }
  return Buffer.from(leaf.fingerprint256.replaceAll(":", ""), "hex").toString("base64url");
}

/**
 * Reads a private key.
 *
 * @throws {ConfigurationError} when it is none that can sign, does not fit the algorithm, or the certificate is of another key
 */
export function readSigningKey(
  material: PrivateKeyMaterial,
  { path, keyId, algorithm, certificate }: SigningKeyOptions,
): SigningKey {
  const { key, jwk } = readMaterial(material, path);
  const name = chooseAlgorithm(key, algorithm ?? jwk.alg, path);
  const certificatePath = path.replace(/privateKey(\.\d+)?$/, "certificate");
  const certificateThumbprint = certificate === undefined ? undefined : thumbprintOf(certificate, key, certificatePath);
  const ownKeyId = typeof jwk.kid === "string" ? jwk.kid : undefined;
  return new LocalSigningKey(key, name, { keyId: keyId ?? ownKeyId, certificateThumbprint });
}

/** Makes a key that lives as long as the program. */
export function generateSigningKey(algorithm: string = "ES256"): SigningKey {
  const { keyType, curve = "prime256v1" } = algorithms.get(algorithm) ?? { keyType: "ec" };
  const { privateKey } =
    keyType === "rsa"
      ? generateKeyPairSync("rsa", { modulusLength: 2048 })
      : keyType === "ed25519"
        ? generateKeyPairSync("ed25519")
        : generateKeyPairSync("ec", { namedCurve: curve });
  return new LocalSigningKey(privateKey, algorithm, { keyId: undefined, certificateThumbprint: undefined });
}
