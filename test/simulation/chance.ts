/** Chances that come out the same each time they begin at the same seed. */
export interface Chance {
  /** A number from 0 to 1, without 1. */
  next(): number;
  /** A whole number from 0 to below the bound. */
  below(bound: number): number;
  /** One of the items, of which there is at least one. */
  of<item>(items: readonly item[]): item;
}

/** Creates chances: the 32 bits of a counter, mixed. */
export function createChance(seed: number): Chance {
  let counter = seed | 0;

  const next = (): number => {
    counter = (counter + 0x9e3779b9) | 0;
    let mixed = Math.imul(counter ^ (counter >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32;
  };
  const below = (bound: number): number => Math.floor(next() * bound);

  return {
    next,
    below,
    of(items) {
      const index = below(items.length);
      const item = items[index];
      if (item === undefined) throw new RangeError("There is nothing to choose from.");
      return item;
    },
  };
}
