import type { Diagnostics } from "../diagnostics/diagnostics.ts";
import { ConfigurationError } from "../errors/configuration-error.ts";
import { guardStore } from "../tokens/shared/guard-store.ts";
import { createStoreSeal } from "../tokens/shared/seal-for-store.ts";
import type { SharedLevel } from "../tokens/shared/shared-level.ts";
import { createWakes } from "../tokens/shared/wakes.ts";
import type { SharedStore } from "../tokens/shared-store.ts";
import type { Now } from "../values/clock.ts";
import type { KeyRingKey } from "../values/key-ring.ts";

/** The shared store, as the parts of an instance use it. */
export interface SharedParts extends SharedLevel {
  close(): Promise<void>;
}

/** What a store is connected with. */
export interface StoreSurroundings {
  readonly encryptionKeys: readonly KeyRingKey[];
  /** The dangerous switch: whether it may hold what is not encrypted. */
  readonly unencryptedAllowed: boolean;
  readonly diagnostics: Diagnostics;
  readonly now: Now;
}

const keysMissing = (): ConfigurationError =>
  new ConfigurationError([
    {
      path: "encryptionKeys",
      given: "nothing, with a shared store",
      fix: 'Give a key of 32 bytes, such as what "openssl rand -base64 32" prints: what is shared is encrypted with it.',
    },
  ]);

/**
 * Connects a shared store.
 *
 * @throws {ConfigurationError} without a key to encrypt with
 */
export function connectStore(shared: SharedStore, surroundings: StoreSurroundings): SharedParts {
  const { encryptionKeys, unencryptedAllowed, diagnostics, now } = surroundings;
  if (encryptionKeys.length === 0 && !unencryptedAllowed) throw keysMissing();
  const store = guardStore(shared, { diagnostics, now });
  const wakes = createWakes(store);
  return {
    store,
    seal: createStoreSeal(encryptionKeys),
    wakes,
    async close() {
      wakes.close();
      await store.close();
      await shared.close();
    },
  };
}
