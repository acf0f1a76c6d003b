import type { TokenEntry } from "./token-entry.ts";

/** What one owner may hold of a store. */
export interface Allowance {
  readonly entries: number;
  readonly bytes: number;
}

/** The entries of each owner. An owner is a number; 0 is this API itself, which is not counted. */
export interface Owners {
  add(entry: TokenEntry): void;
  remove(entry: TokenEntry): void;
  /** All entries of some owners. */
  list(owners: readonly number[]): readonly TokenEntry[];
  /**
   * The entry that has to go for the sake of others: one that is over, else the one that its owner did not use for longest, but
   * not the given one.
   */
  findExcess(newest: TokenEntry): TokenEntry | undefined;
  /** How many entries the owner has who has most. */
  most(): number;
}

/** The uses are counted in 32 bits: the count that began again is later. */
const isBefore = (one: TokenEntry, other: TokenEntry): boolean => ((one.lastUse - other.lastUse) | 0) < 0;

/** What is over goes first. */
function goesBefore(one: TokenEntry, other: TokenEntry, now: number): boolean {
  const [isOver, isOtherOver] = [one.expiresAt <= now, other.expiresAt <= now];
  return isOver === isOtherOver ? isBefore(one, other) : isOver;
}

function listFrom(first: TokenEntry | undefined): readonly TokenEntry[] {
  const entries: TokenEntry[] = [];
  for (let one = first; one; one = one.nextOfOwner) entries.push(one);
  return entries;
}

/** Creates the owners of a store. Each entry holds the next one of its owner. */
export function createOwners({ entries: mostEntries, bytes: mostBytes }: Allowance): Owners {
  const firsts = new Map<number, TokenEntry>();

  const findBefore = (entry: TokenEntry): TokenEntry | undefined => {
    let one = firsts.get(entry.owner);
    while (one && one.nextOfOwner !== entry) one = one.nextOfOwner;
    return one;
  };

  return {
    add(entry) {
      if (entry.owner === 0) return;
      entry.nextOfOwner = firsts.get(entry.owner);
      firsts.set(entry.owner, entry);
    },
    remove(entry) {
      const { owner, nextOfOwner } = entry;
      entry.nextOfOwner = undefined;
      const before = findBefore(entry);
      if (before) before.nextOfOwner = nextOfOwner;
      else if (nextOfOwner) firsts.set(owner, nextOfOwner);
      else firsts.delete(owner);
    },
    list: (owners) => owners.flatMap((owner) => listFrom(firsts.get(owner))),
    findExcess(newest) {
      let [entries, bytes] = [0, 0];
      let spare: TokenEntry | undefined;
      for (let one = firsts.get(newest.owner); one; one = one.nextOfOwner) {
        entries += 1;
        bytes += one.length;
        if (one !== newest && (!spare || goesBefore(one, spare, newest.fetchedAt))) spare = one;
      }
      return entries > mostEntries || bytes > mostBytes ? spare : undefined;
    },
    most() {
      let most = 0;
      for (const first of firsts.values()) most = Math.max(most, listFrom(first).length);
      return most;
    },
  };
}
