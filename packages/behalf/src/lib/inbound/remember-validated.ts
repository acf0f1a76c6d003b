import { LRUCache } from "lru-cache";
import type { ActorToken } from "../values/actor-token.ts";
import type { Caller } from "../values/caller.ts";
import type { Now } from "../values/clock.ts";
import { digest } from "../values/digest.ts";
import type { Validated } from "./authenticators/credential-validator.ts";

/** A credential that was validated, and who shows it. */
export interface RememberedCaller {
  readonly credential: ActorToken;
  readonly validated: Validated;
  /** Who the caller is to the application; `undefined` until somebody has told. */
  caller: Caller | undefined;
  /** Until when that holds, in epoch milliseconds. */
  identityUntil: number;
  /** When it was last counted as used, in epoch milliseconds. */
  touchedAt: number;
}

/** Remembers what was validated, by authenticator and credential. */
export interface ValidatedMemory {
  /** Gives what is remembered, while it may be used and the key that signed it is published. */
  recall(authenticator: string, text: string): RememberedCaller | undefined;
  remember(authenticator: string, remembered: RememberedCaller): void;
  stats(): ValidatedStats;
}

/** How many validated tokens are remembered. */
export interface ValidatedStats {
  readonly entries: number;
  /** The sum of their lengths. */
  readonly bytes: number;
}

/** What is used all the time is counted as used once in so many milliseconds: to count costs as much as to find. */
const touchEveryMs = 1_000;
const shortText = 192;
const tailLength = 64;

/**
 * The name under which a credential is remembered: the end of its signature, which opens nothing, or, of a short one, its
 * digest. Two credentials may share a name: what is found is compared as a whole.
 */
const toKey = (authenticator: string, text: string): string =>
  `${authenticator} ${text.length < shortText ? digest(text) : text.slice(-tailLength)}`;

/** Creates a memory that is bounded in number and length, and forgets what was not used for longest. */
export function createValidatedMemory(
  bounds: { readonly maxEntries: number; readonly maxBytes: number },
  now: Now,
): ValidatedMemory {
  const known = new LRUCache<string, RememberedCaller>({
    max: bounds.maxEntries,
    maxSize: bounds.maxBytes,
    sizeCalculation: ({ credential }) => credential.value().length,
  });

  return {
    recall(authenticator, text) {
      const key = toKey(authenticator, text);
      const found = known.peek(key);
      if (!found || found.credential.value() !== text) return undefined;
      const present = now();
      if (present >= found.validated.usableUntil || found.validated.key?.live === false) {
        known.delete(key);
        return undefined;
      }
      if (Math.abs(present - found.touchedAt) >= touchEveryMs) {
        found.touchedAt = present;
        known.get(key);
      }
      return found;
    },
    remember(authenticator, remembered) {
      known.set(toKey(authenticator, remembered.credential.value()), remembered);
    },
    stats: () => ({ entries: known.size, bytes: known.calculatedSize }),
  };
}
