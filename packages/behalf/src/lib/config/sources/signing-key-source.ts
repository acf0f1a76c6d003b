import type { SigningKey } from "../../values/signing-key.ts";
import type { SigningKeySource } from "../auth-settings.ts";
import { type PrivateKeyMaterial, readSigningKey } from "../read-signing-key.ts";
import { isSecretSource, type SecretSource } from "../secret-source.ts";

/** What one private key is made of: what is given, what stands elsewhere, or somebody who signs. */
export type KeyMaterial = PrivateKeyMaterial | SecretSource | SigningKey;

/** What is said of private keys. */
export interface KeySourceOptions {
  /** Where they stand in the configuration. */
  readonly path: string;
  readonly keyId?: string | undefined;
  readonly algorithm?: string | undefined;
  readonly certificate?: SecretSource | undefined;
}

/** Whether an object signs by itself. */
export function isSigningKey(value: unknown): value is SigningKey {
  if (typeof value !== "object" || value === null || !("sign" in value)) return false;
  return typeof value.sign === "function" && "algorithm" in value && typeof value.algorithm === "string";
}

/** Gives a key, or nothing where there is none; the same key as long as what it is made of stays. */
type KeyReader = () => SigningKey | undefined;

function createFixedReader(key: SigningKey, { keyId }: KeySourceOptions): KeyReader {
  if (keyId === undefined || keyId === key.keyId) return () => key;
  const named: SigningKey = Object.freeze({
    algorithm: key.algorithm,
    keyId,
    certificateThumbprint: key.certificateThumbprint,
    publicJwk: key.publicJwk,
    sign: (input: Uint8Array) => key.sign(input),
  });
  return () => named;
}

function createReader(material: PrivateKeyMaterial | SecretSource, options: KeySourceOptions): KeyReader {
  const { path, keyId, algorithm, certificate } = options;
  let made: { readonly texts: readonly unknown[]; readonly key: SigningKey } | undefined;

  return () => {
    const given = isSecretSource(material) ? material.peek()?.value() : material;
    if (given === undefined) return undefined;
    const texts = [given, certificate?.peek()?.value()];
    if (made && texts.every((text, index) => text === made?.texts[index])) return made.key;
    try {
      const key = readSigningKey(given, { path, keyId, algorithm, certificate: certificate?.peek()?.value() });
      made = { texts, key };
      return key;
    } catch (error) {
      // The key and its certificate are two files: while one of them is not replaced yet, the pair before is used.
      if (made) return made.key;
      throw error;
    }
  };
}

function recheck(materials: readonly KeyMaterial[], certificate: SecretSource | undefined): void {
  for (const material of [...materials, certificate]) {
    if (isSecretSource(material)) material.recheck?.();
  }
}

/** Where one key stands: of a list, each at its own place. */
export const toPartPath = (path: string, index: number, { length }: readonly unknown[]): string =>
  length > 1 ? `${path}.${index}` : path;

/**
 * Creates a source of one or several private keys.
 *
 * The first is given until it is refused; then the next that is another one, and that one from then on. Those that do not
 * exist any more are passed over.
 */
export function createSigningKeySource(materials: readonly KeyMaterial[], options: KeySourceOptions): SigningKeySource {
  const readers = materials.map((material, index) =>
    isSigningKey(material)
      ? createFixedReader(material, options)
      : createReader(material, { ...options, path: toPartPath(options.path, index, materials) }),
  );
  let preferred = 0;

  return Object.freeze<SigningKeySource>({
    read(refused) {
      if (refused) recheck(materials, options.certificate);
      for (const [step] of readers.entries()) {
        const position = (preferred + step) % readers.length;
        const key = readers[position]?.();
        if (!key || key === refused) continue;
        if (refused) preferred = position;
        return key;
      }
      return undefined;
    },
  });
}
