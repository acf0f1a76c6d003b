import { createHmac } from "node:crypto";
import { createKeyRing, deriveBytes, type KeyRing, type KeyRingKey } from "../../values/key-ring.ts";

/** What is kept in the shared store. */
export type StoredKind = "token" | "lock" | "refresh" | "alias" | "subject" | "marker" | "markers" | "proof";

/** Names what is stored, and seals it: the store learns of nothing but lengths and lives. */
export interface StoreSeal {
  /** The name under which something is written: without the key, nobody can tell whose it is. */
  nameOf(kind: StoredKind, of: string): string;
  /** All names under which it may have been written: one for each key of the ring, the present one first. */
  namesOf(kind: StoredKind, of: string): readonly [string, ...string[]];
  /** Encrypts a text for this name. */
  seal(name: string, text: string): string;
  /** Gives the text back; `undefined` when it is not what a key of the ring has sealed for this name. */
  open(name: string, sealed: string): string | undefined;
}

type Namer = (kind: StoredKind, of: string) => string;

const createNamer = (key: KeyRingKey): Namer => {
  const secret = deriveBytes(key, "store names");
  return (kind, of) => `${kind}:${createHmac("sha256", secret).update(`${kind} ${of}`).digest("base64url")}`;
};

const toPlainStart = (name: string): string => `plain.${name}.`;

const plainRing: KeyRing = {
  seal: (text, name) => toPlainStart(name) + text,
  open(text, name) {
    const start = toPlainStart(name);
    return text.startsWith(start) ? text.slice(start.length) : undefined;
  },
};
const plainNamer: Namer = (kind, of) => `${kind}:${createHmac("sha256", "plain").update(of).digest("base64url")}`;

/**
 * Creates the seal of a ring. AES-256-GCM with the name as associated data: what is moved to another name is not opened.
 *
 * Without keys nothing is encrypted: only for those who have said that they want that.
 *
 * @throws {TypeError} for keys that cannot be used
 */
export function createStoreSeal(keys: readonly KeyRingKey[]): StoreSeal {
  const ring = createKeyRing(keys, "store") ?? plainRing;
  const [first = plainNamer, ...others] = keys.map(createNamer);
  return {
    nameOf: first,
    namesOf: (kind, of) => [first(kind, of), ...others.map((namer) => namer(kind, of))],
    seal: (name, text) => ring.seal(text, name),
    open: (name, sealed) => ring.open(sealed, name),
  };
}
