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

/** What one owner may take of all places. */
const largestShare = 0.25;

/** The keys that end in the same ten seconds. */
interface Turn {
  readonly keys: Set<string>;
  readonly owners: Map<string, number>;
}

/**
 * Creates a store in memory. Keys that end in the same ten seconds go together, at the cost of one, when the next one comes.
 *
 * When it is full of keys that have not ended, it takes no more: to forget one would let it be used again. No owner has more
 * than a quarter of it, so that one cannot keep the others out.
 */
export function createReplayStore({ now, max = mostKeys }: ReplayStoreOptions): ReplayStore {
  const turns = new Map<number, Turn>();
  const taken = new Map<string, number>();
  let size = 0;
  let current = Number.NEGATIVE_INFINITY;

  function free({ keys, owners }: Turn): void {
    size -= keys.size;
    for (const [owner, count] of owners) {
      const left = (taken.get(owner) ?? 0) - count;
      if (left > 0) taken.set(owner, left);
      else taken.delete(owner);
    }
  }

  function dropEnded(turn: number): void {
    if (turn <= current) return;
    current = turn;
    for (const [ended, held] of turns) {
      if (ended >= turn) continue;
      turns.delete(ended);
      free(held);
    }
  }

  function isKnown(key: string): boolean {
    for (const { keys } of turns.values()) if (keys.has(key)) return true;
    return false;
  }

  const hasRoom = (owner: string): boolean => size < max && (taken.get(owner) ?? 0) < max * largestShare;

  return {
    claim(key, until, owner) {
      const instant = now();
      dropEnded(Math.floor(instant / turnMs));
      if (!(until > instant) || !hasRoom(owner) || isKnown(key)) return false;
      const place = Math.floor(until / turnMs);
      const turn = turns.get(place) ?? { keys: new Set(), owners: new Map() };
      turns.set(place, turn);
      turn.keys.add(key);
      turn.owners.set(owner, (turn.owners.get(owner) ?? 0) + 1);
      taken.set(owner, (taken.get(owner) ?? 0) + 1);
      size += 1;
      return true;
    },
  };
}
