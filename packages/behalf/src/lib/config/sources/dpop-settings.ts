import type { Secret } from "../../values/secret.ts";
import type { SigningKey } from "../../values/signing-key.ts";
import type { DpopSettings } from "../auth-settings.ts";
import { generateSigningKey } from "../read-signing-key.ts";
import { createKeyRack } from "./key-rack.ts";
import type { KeyMaterial } from "./signing-key-source.ts";

/** What is said of the key that tokens are bound to. */
export type GivenDpop = true | { readonly privateKey?: KeyMaterial | Secret; readonly algorithm?: string };

/** Creates the settings that all nodes share which inherit them. */
export function createDpopSettings(given: GivenDpop): DpopSettings {
  const { privateKey, algorithm } = given === true ? {} : given;
  if (privateKey !== undefined) {
    return Object.freeze({ key: createKeyRack([privateKey]).sourceOf({ path: "dpop.privateKey", algorithm }) });
  }
  if (algorithm === undefined) return Object.freeze({ key: undefined });
  let made: SigningKey | undefined;
  return Object.freeze({
    key: Object.freeze({
      read(refused?: SigningKey): SigningKey | undefined {
        made ??= generateSigningKey(algorithm);
        return made === refused ? undefined : made;
      },
    }),
  });
}
