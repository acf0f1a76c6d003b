import { LRUCache } from "lru-cache";
import type { Now } from "../values/clock.ts";

/** A failure that is still the answer. */
export interface LastingFailure<failure> {
  readonly failure: failure;
  /** For how long, in milliseconds. */
  readonly leftMs: number;
}

/** Failures that are the answer for a while. */
export interface FailureMemory<failure> {
  find(key: string): LastingFailure<failure> | undefined;
  keep(key: string, failure: failure, lastsMs: number): void;
}

interface Kept<failure> {
  readonly failure: failure;
  readonly at: number;
  readonly lastsMs: number;
}

/** Creates a memory of so many failures, those that were last asked for. A clock that was put back ends a time rather than prolongs it. */
export function createFailureMemory<failure>(now: Now, most: number): FailureMemory<failure> {
  const kept = new LRUCache<string, Kept<failure>>({ max: most });

  return {
    find(key) {
      const found = kept.get(key);
      if (!found) return undefined;
      const ageMs = now() - found.at;
      if (ageMs >= 0 && ageMs < found.lastsMs) return { failure: found.failure, leftMs: found.lastsMs - ageMs };
      kept.delete(key);
      return undefined;
    },
    keep(key, failure, lastsMs) {
      kept.set(key, { failure, at: now(), lastsMs });
    },
  };
}
