import { LRUCache } from "lru-cache";
import type { Now } from "../../values/clock.ts";

/** Failures that are the answer for a while. */
export interface RememberedFailures {
  /** @throws what was remembered under the key, while it lasts */
  assertNone(key: string): void;
  remember(key: string, error: unknown, lastsMs: number): void;
}

interface Failure {
  readonly error: unknown;
  readonly at: number;
  readonly lastsMs: number;
}

const most = 1_000;

/** Creates a memory of the thousand failures that were last asked for. A clock that was put back ends a time rather than prolongs it. */
export function createRememberedFailures(now: Now): RememberedFailures {
  const failures = new LRUCache<string, Failure>({ max: most });

  return {
    assertNone(key) {
      const failure = failures.get(key);
      if (!failure) return;
      const age = now() - failure.at;
      if (age >= 0 && age < failure.lastsMs) throw failure.error;
      failures.delete(key);
    },
    remember(key, error, lastsMs) {
      failures.set(key, { error, at: now(), lastsMs });
    },
  };
}
