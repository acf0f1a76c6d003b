import type { HeldToken } from "../../packages/behalf/src/lib/tokens/token-entry.ts";

/** Someone to whom a token is given. */
export interface Recipient {
  /** Names the one key that is theirs: a token of it begins with that name. */
  readonly name: string;
  /** When they asked. */
  readonly askedAt: number;
  /** The number of the last token that was evicted before they asked. */
  readonly evictedUpTo: number;
}

/** Sees each token that is given, and notes what must never be. */
export interface Witness {
  readonly violations: readonly string[];
  see(recipient: Recipient, token: HeldToken): void;
}

const lastSafeMs = 5_000;
const enough = 10;

export function createWitness(): Witness {
  const violations: string[] = [];
  const blame = (wrong: boolean, what: () => string): void => {
    if (wrong && violations.length < enough) violations.push(what());
  };

  return {
    violations,
    see({ name, askedAt, evictedUpTo }, token) {
      const text = token.value();
      const number = Number(text.slice(name.length));
      blame(!text.startsWith(name) || !Number.isInteger(number), () => `${name} was given ${text}`);
      blame(number <= evictedUpTo, () => `${name} was given ${text} after the eviction of ${evictedUpTo}`);
      const old = token.source === "memory" && token.entry.expiresAt - askedAt <= lastSafeMs;
      blame(old, () => `${name} was given ${text}, which had expired`);
    },
  };
}
