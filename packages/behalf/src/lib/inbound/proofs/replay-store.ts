import type { Now } from "../../values/clock.ts";
import type { ReplayStore } from "./possession.ts";

/** How much is remembered. */
export interface ReplayStoreOptions {
  readonly now: Now;
  /** The most keys. @default 200000 */
  readonly max?: number;
}

const mostKeys = 200_000;
const turnMs = 10_000;

/**
 * Creates a store in memory. Keys that end in the same ten seconds go together, at the cost of one, when the next one comes.
 *
 * When it is full of keys that have not ended, it takes no more: to forget one would let it be used again.
 */
export function createReplayStore({ now, max = mostKeys }: ReplayStoreOptions): ReplayStore {
  const turns = new Map<number, Set<string>>();
  let size = 0;
  let current = Number.NEGATIVE_INFINITY;

  function dropEnded(turn: number): void {
    if (turn <= current) return;
    current = turn;
    for (const [ended, keys] of turns) {
      if (ended >= turn) continue;
      turns.delete(ended);
      size -= keys.size;
    }
  }

  function isKnown(key: string): boolean {
    for (const keys of turns.values()) if (keys.has(key)) return true;
    return false;
  }

  return {
    claim(key, until) {
      const instant = now();
      dropEnded(Math.floor(instant / turnMs));
      if (!(until > instant) || size >= max || isKnown(key)) return false;
      const turn = Math.floor(until / turnMs);
      const keys = turns.get(turn) ?? new Set();
      turns.set(turn, keys.add(key));
      size += 1;
      return true;
    },
  };
}
