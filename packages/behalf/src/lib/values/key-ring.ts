import { createCipheriv, createDecipheriv, createSecretKey, hkdfSync, type KeyObject, randomBytes } from "node:crypto";
import type { Secret } from "./secret.ts";

/** One key of a ring. */
export interface KeyRingKey {
  /** Stands in clear before the sealed text: up to 64 letters, digits, `.`, `_` and `-`. */
  readonly id: string;
  /** 32 bytes, base64 or base64url. */
  readonly key: Secret;
}

/** Seals texts with the first of its keys, and opens what any of them sealed. */
export interface KeyRing {
  /** Encrypts the text. `associated` is not in what comes out, and must be the same to open it. */
  seal(plaintext: string, associated: string): string;
  /** Gives the text back; `undefined` when it is not, letter for letter, what a key of this ring sealed for this purpose. */
  open(text: string, associated: string): string | undefined;
}

const version = "b1";
const algorithm = "aes-256-gcm";
const nonceBytes = 12;
const tagBytes = 16;
const keyId = /^[\w.-]{1,64}$/;
const keyText = /^[\w+/-]{43}=?$/;
const sealedText = /^b1\.([\w.-]{1,64})\.([\w-]+)$/;

/**
 * Derives 32 bytes for one purpose from a key: those of one purpose tell nothing of another's.
 *
 * @throws {TypeError} for a key that is not 32 bytes, or an id that cannot stand in clear
 */
export function deriveBytes({ id, key }: KeyRingKey, purpose: string): Uint8Array {
  if (!keyId.test(id)) throw new TypeError('The id of a key is 1 to 64 letters, digits, ".", "_" and "-".');
  const text = key.value();
  if (!keyText.test(text)) throw new TypeError(`The key "${id}" is not 32 bytes in base64 or base64url.`);
  return new Uint8Array(hkdfSync("sha256", Buffer.from(text, "base64"), "", `behalf/${purpose}/v1`, 32));
}

/** The purpose is part of the key, so that what is sealed for one cannot be opened for another. */
const deriveKey = (key: KeyRingKey, purpose: string): KeyObject => createSecretKey(deriveBytes(key, purpose));

/** What is authenticated beside the ciphertext; as JSON, no character can move from one part to another. */
const authenticate = (id: string, associated: string): Buffer => Buffer.from(JSON.stringify([version, id, associated]));

function decrypt(key: KeyObject, bytes: Buffer, authenticated: Buffer): string | undefined {
  const decipher = createDecipheriv(algorithm, key, bytes.subarray(0, nonceBytes), { authTagLength: tagBytes });
  decipher.setAAD(authenticated).setAuthTag(bytes.subarray(-tagBytes));
  try {
    const plaintext = decipher.update(bytes.subarray(nonceBytes, -tagBytes));
    return Buffer.concat([plaintext, decipher.final()]).toString("utf8");
  } catch {
    return undefined;
  }
}

/** Reads base64url in its one spelling: no padding, and no stray bits in the last character. */
function readBytes(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, "base64url");
  return bytes.length >= nonceBytes + tagBytes && bytes.toString("base64url") === text ? bytes : undefined;
}

/**
 * Creates a ring of keys for one purpose; `undefined` without keys.
 *
 * AES-256-GCM under keys that HKDF-SHA-256 derives for the purpose, with a random nonce of 96 bits for each text. One key
 * should not seal more than 2³² texts (NIST SP 800-38D section 8.3): put a new one in front of it long before.
 *
 * @throws {TypeError} when a key has not 32 bytes, or an id cannot be used or stands twice
 */
export function createKeyRing(keys: readonly KeyRingKey[], purpose: string): KeyRing | undefined {
  const derived = new Map(keys.map((key) => [key.id, deriveKey(key, purpose)]));
  if (derived.size < keys.length) throw new TypeError("Two keys of a ring have the same id.");
  const [first] = derived;
  if (!first) return undefined;
  const [id, key] = first;

  return {
    seal(plaintext, associated) {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv(algorithm, key, nonce, { authTagLength: tagBytes });
      cipher.setAAD(authenticate(id, associated));
      const ciphertext = Buffer.concat([cipher.update(plaintext, "utf8"), cipher.final()]);
      return `${version}.${id}.${Buffer.concat([nonce, ciphertext, cipher.getAuthTag()]).toString("base64url")}`;
    },
    open(text, associated) {
      const [, sealedBy = "", payload = ""] = sealedText.exec(text) ?? [];
      const opening = derived.get(sealedBy);
      const bytes = opening && readBytes(payload);
      return bytes && decrypt(opening, bytes, authenticate(sealedBy, associated));
    },
  };
}
