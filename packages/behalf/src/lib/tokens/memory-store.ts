import { SecondChanceList } from "../values/second-chance-list.ts";
import type { Drop } from "./eviction/token-eviction.ts";
import { createOwners, type Owners } from "./owners.ts";
import type { TokenEntry } from "./token-entry.ts";

/** Where an entry is found: the key of its target, then that of its parties. */
export interface EntryPlace {
  readonly targetKey: string;
  readonly partyKey: string;
}

/** What a store holds. */
export interface MemoryStats {
  /** How many tokens. */
  readonly entries: number;
  /** The sum of their lengths. */
  readonly bytes: number;
  /** How many had to go so far, for all or for one subject to stay within their bounds. */
  readonly evictions: number;
  /** How many tokens on behalf of one subject there are at most. */
  readonly mostOfOneSubject: number;
}

/** Tokens in memory, found without hashing and bounded in number and length. */
export interface MemoryStore {
  find(targetKey: string, partyKey: string): TokenEntry | undefined;
  /** Finds without its being a use. */
  peek(place: EntryPlace): TokenEntry | undefined;
  /** Puts an entry in its place, instead of the one that is there. */
  put(entry: TokenEntry): void;
  readonly evict: Drop;
  stats(): MemoryStats;
}

/** How much a store holds. */
export interface MemoryBounds {
  readonly maxEntries: number;
  /** The sum of the tokens' lengths. */
  readonly maxBytes: number;
}

const shareOfOne = 0.01;
const leastOfOne = 10;

class TokenShelves implements MemoryStore {
  readonly #targets = new Map<string, Map<string, TokenEntry>>();
  readonly #line = new SecondChanceList<TokenEntry>();
  readonly #owners: Owners;
  readonly #bounds: MemoryBounds;
  #entries = 0;
  #bytes = 0;
  #evictions = 0;
  #uses = 0;

  constructor(bounds: MemoryBounds) {
    this.#bounds = bounds;
    this.#owners = createOwners({
      entries: Math.max(leastOfOne, Math.floor(bounds.maxEntries * shareOfOne)),
      bytes: bounds.maxBytes * shareOfOne,
    });
  }

  find(targetKey: string, partyKey: string): TokenEntry | undefined {
    const entry = this.#targets.get(targetKey)?.get(partyKey);
    if (!entry) return undefined;
    entry.used = true;
    this.#count(entry);
    return entry;
  }

  peek({ targetKey, partyKey }: EntryPlace): TokenEntry | undefined {
    return this.#targets.get(targetKey)?.get(partyKey);
  }

  put(entry: TokenEntry): void {
    const { maxEntries, maxBytes } = this.#bounds;
    const before = this.peek(entry);
    if (before) this.#remove(before);
    if (entry.length > maxBytes) return;
    this.#add(entry);
    const isOver = ({ expiresAt }: TokenEntry): boolean => expiresAt <= entry.fetchedAt;
    while (this.#evict(this.#owners.findExcess(entry)));
    while ((this.#entries > maxEntries || this.#bytes > maxBytes) && this.#evict(this.#line.findSpare(isOver)));
  }

  evict(...[concerns, owners]: Parameters<Drop>): void {
    const look = (one: TokenEntry): void => {
      if (concerns(one)) this.#remove(one);
    };
    if (owners) this.#owners.list(owners).forEach(look);
    else this.#line.visit(look);
  }

  stats(): MemoryStats {
    const mostOfOneSubject = this.#owners.most();
    return { entries: this.#entries, bytes: this.#bytes, evictions: this.#evictions, mostOfOneSubject };
  }

  #count(entry: TokenEntry): void {
    this.#uses = (this.#uses + 1) | 0;
    entry.lastUse = this.#uses;
  }

  #add(entry: TokenEntry): void {
    const parties = this.#targets.get(entry.targetKey) ?? new Map<string, TokenEntry>();
    entry.target = parties.values().next().value?.target ?? entry.target;
    this.#targets.set(entry.targetKey, parties.set(entry.partyKey, entry));
    this.#line.add(entry);
    this.#owners.add(entry);
    this.#count(entry);
    this.#entries += 1;
    this.#bytes += entry.length;
  }

  #remove(entry: TokenEntry): void {
    const parties = this.#targets.get(entry.targetKey);
    parties?.delete(entry.partyKey);
    if (parties?.size === 0) this.#targets.delete(entry.targetKey);
    this.#line.remove(entry);
    this.#owners.remove(entry);
    this.#entries -= 1;
    this.#bytes -= entry.length;
  }

  #evict(entry: TokenEntry | undefined): boolean {
    if (!entry) return false;
    this.#remove(entry);
    this.#evictions += 1;
    return true;
  }
}

/**
 * Creates a store that forgets, once a bound is reached, what came first and was not used since; but before that what is over,
 * where one of the first few is.
 *
 * One subject holds a hundredth of it at most, or ten tokens where that is more: above that, its own go first.
 */
export function createMemoryStore(bounds: MemoryBounds): MemoryStore {
  return new TokenShelves(bounds);
}
