import { Secret } from "../../values/secret.ts";
import type { SigningKeySource } from "../auth-settings.ts";
import { isSecretSource } from "../secret-source.ts";
import {
  createSigningKeySource,
  isSigningKey,
  type KeyMaterial,
  type KeySourceOptions,
  toPartPath,
} from "./signing-key-source.ts";
import { createGivenSource } from "./text-source.ts";

/** Private keys that stand at one place, for all that inherit them. */
export interface KeyRack {
  /** How many there are. */
  readonly size: number;
  /** Where they stand, for a person. */
  readonly notation: string;
  /** The source for what is said of the keys: the same object for the same words. */
  sourceOf(said: KeySourceOptions): SigningKeySource;
  /** Each key for itself, to be checked. */
  partsOf(said: KeySourceOptions): readonly KeyPart[];
}

/** One key of a rack. */
export interface KeyPart {
  /** Where it stands in the configuration. */
  readonly path: string;
  /** Whether it stands in a file, which may be there later. */
  readonly isFile: boolean;
  readonly source: SigningKeySource;
}

const isSame = (one: KeySourceOptions, other: KeySourceOptions): boolean =>
  one.keyId === other.keyId && one.algorithm === other.algorithm && one.certificate === other.certificate;

function toNotation(material: KeyMaterial): string {
  if (isSecretSource(material)) return material.notation;
  return isSigningKey(material) ? "signer" : "given";
}

/** Creates a rack of private keys. */
export function createKeyRack(given: readonly (KeyMaterial | Secret)[]): KeyRack {
  const materials = given.map((key) => (key instanceof Secret ? createGivenSource(key) : key));
  const made: { readonly said: KeySourceOptions; readonly source: SigningKeySource }[] = [];

  return Object.freeze<KeyRack>({
    size: materials.length,
    notation: materials.map(toNotation).join(", "),
    sourceOf(said) {
      const known = made.find((entry) => isSame(entry.said, said));
      if (known) return known.source;
      const source = createSigningKeySource(materials, said);
      made.push({ said, source });
      return source;
    },
    partsOf(said) {
      return materials.map((material, index) => {
        const path = toPartPath(said.path, index, materials);
        const isFile = toNotation(material).startsWith("${file:");
        return { path, isFile, source: createSigningKeySource([material], { ...said, path }) };
      });
    },
  });
}
