import { LRUCache } from "lru-cache";
import { CallerTokenError } from "../../errors/caller-token-error.ts";
import type { ActorToken } from "../../values/actor-token.ts";
import type { Now } from "../../values/clock.ts";

/** Remembers what the sidecar gave for each token, and which tokens it refused. */
export interface AssertionMemory {
  /**
   * Gives the assertion for the token with this digest; `undefined` when it is to be asked for.
   *
   * @throws {CallerTokenError} `assertion`, when the token was refused a moment ago
   */
  recall(tokenDigest: string): ActorToken | undefined;
  remember(tokenDigest: string, assertion: ActorToken): void;
  rememberRefusal(tokenDigest: string): void;
}

interface Remembered {
  /** `undefined` where the token was refused. */
  readonly assertion: ActorToken | undefined;
  /** In epoch milliseconds. */
  readonly until: number;
}

const maxEntries = 1_000;
const longestMs = 300_000;
const marginMs = 5_000;
const refusalMs = 2_000;

/** Creates a memory that forgets what was not used for longest. An assertion that does not say when it ends is not kept. */
export function createAssertionMemory(now: Now): AssertionMemory {
  const known = new LRUCache<string, Remembered>({ max: maxEntries });

  return {
    recall(tokenDigest) {
      const found = known.get(tokenDigest);
      if (!found || now() >= found.until) return undefined;
      if (!found.assertion) throw new CallerTokenError("assertion");
      return found.assertion;
    },
    remember(tokenDigest, assertion) {
      const expiresAt = assertion.expiresAt() ?? Number.NEGATIVE_INFINITY;
      known.set(tokenDigest, { assertion, until: Math.min(expiresAt - marginMs, now() + longestMs) });
    },
    rememberRefusal(tokenDigest) {
      known.set(tokenDigest, { assertion: undefined, until: now() + refusalMs });
    },
  };
}
