import { LRUCache } from "lru-cache";
import type { TokenEntry } from "./token-entry.ts";

/** Where an entry is found: the key of its target, then that of its parties. */
export interface EntryPlace {
  readonly targetKey: string;
  readonly partyKey: string;
}

/** Tokens in memory, found without hashing and bounded in number and length. */
export interface MemoryStore {
  find(targetKey: string, partyKey: string): TokenEntry | undefined;
  get(key: string): TokenEntry | undefined;
  put(place: EntryPlace, entry: TokenEntry): void;
  readonly size: number;
}

interface Placed {
  readonly entry: TokenEntry;
  readonly place: EntryPlace;
}

/** Creates a store that forgets what was not used for longest once a bound is reached. */
export function createMemoryStore(bounds: { readonly maxEntries: number; readonly maxBytes: number }): MemoryStore {
  const targets = new Map<string, Map<string, TokenEntry>>();

  const unlink = ({ entry, place }: Placed): void => {
    const parties = targets.get(place.targetKey);
    if (parties?.get(place.partyKey) !== entry) return;
    parties.delete(place.partyKey);
    if (parties.size === 0) targets.delete(place.targetKey);
  };

  const entries = new LRUCache<string, Placed>({
    max: bounds.maxEntries,
    maxSize: bounds.maxBytes,
    sizeCalculation: ({ entry }) => entry.held.value().length,
    dispose: unlink,
  });

  return {
    find(targetKey, partyKey) {
      const entry = targets.get(targetKey)?.get(partyKey);
      if (entry) entries.get(entry.key);
      return entry;
    },
    get: (key) => entries.peek(key)?.entry,
    put(place, entry) {
      entries.set(entry.key, { entry, place });
      if (!entries.has(entry.key)) return;
      const parties = targets.get(place.targetKey) ?? new Map<string, TokenEntry>();
      targets.set(place.targetKey, parties.set(place.partyKey, entry));
    },
    get size() {
      return entries.size;
    },
  };
}
