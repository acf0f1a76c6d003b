import type { JWK } from "jose";
import { createKeySet, type KeySet } from "./key-set.ts";
import type { VerificationKeys } from "./verification-keys.ts";

/** Creates the keys of an issuer whose keys are configured: they are the only ones, and nothing is fetched. */
export function createPinnedKeys(keys: readonly JWK[]): VerificationKeys {
  let pinned: KeySet | undefined;
  return {
    async find(header) {
      pinned ??= await createKeySet(keys);
      return pinned.find(header);
    },
  };
}
