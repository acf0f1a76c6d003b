import type { ActorToken } from "../values/actor-token.ts";
import type { Now } from "../values/clock.ts";
import { createFailureMemory } from "./failure-memory.ts";
import type { MemoryStore } from "./memory-store.ts";
import { HeldToken } from "./token-entry.ts";

/** Remembers which tokens a backend refused. */
export interface Rejections {
  /**
   * Notes that a backend refused a token, and tells whether asking again can bring another one.
   *
   * It can when a newer one is there or on its way, and else once in ten seconds for each token and backend.
   */
  note(token: ActorToken, backend: string): boolean;
}

const cooldownMs = 10_000;
const mostCooldowns = 10_000;

/** Creates the memory of refusals over a store. */
export function createRejections(store: MemoryStore, now: Now): Rejections {
  const cooldowns = createFailureMemory<true>(now, mostCooldowns);

  return {
    note(token, backend) {
      if (!(token instanceof HeldToken)) return true;
      const { entry } = token;
      const current = store.peek(entry);
      if (current && (current !== entry || entry.rejected)) return true;
      const cooldownKey = `${entry.key} ${backend}`;
      if (cooldowns.find(cooldownKey)) return false;
      cooldowns.keep(cooldownKey, true, cooldownMs);
      entry.rejected = true;
      return true;
    },
  };
}
