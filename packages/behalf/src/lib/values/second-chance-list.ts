/** What can be in a list: it holds its own links, so that being in it costs nothing more. */
export interface Listed<item> {
  /** Whether it was used since it came to its place in the list. */
  used: boolean;
  newer: item | undefined;
  older: item | undefined;
}

const mostLooks = 16;
const mostChances = 64;

/**
 * Items in the order in which they came. Who has to go is decided as the clock algorithm does: the first in line that was not
 * used since it came; those before it come again. So a use costs a mark, and touches no other item.
 */
export class SecondChanceList<item extends Listed<item>> {
  #newest: item | undefined;
  #oldest: item | undefined;

  /** Visits all, the first in line first. A visitor may remove the one that it visits. */
  visit(look: (item: item) => void): void {
    for (let one = this.#oldest; one; ) {
      const { newer } = one;
      look(one);
      one = newer;
    }
  }

  /** Adds an item that is in no list. */
  add(item: item): void {
    item.used = false;
    item.older = this.#newest;
    item.newer = undefined;
    if (this.#newest) this.#newest.newer = item;
    else this.#oldest = item;
    this.#newest = item;
  }

  remove(item: item): void {
    const { newer, older } = item;
    if (newer) newer.older = older;
    else this.#newest = older;
    if (older) older.newer = newer;
    else this.#oldest = newer;
    item.newer = undefined;
    item.older = undefined;
  }

  /** The item to go: one that is over, if one of the first few in line is; else one that was not used. */
  findSpare(isOver: (item: item) => boolean): item | undefined {
    return this.#findFirst(isOver) ?? this.#findUnused();
  }

  #findFirst(fits: (item: item) => boolean): item | undefined {
    let one = this.#oldest;
    for (let looks = 0; one && looks < mostLooks; looks += 1) {
      if (fits(one)) return one;
      one = one.newer;
    }
    return undefined;
  }

  #findUnused(): item | undefined {
    for (let chances = 0; this.#oldest?.used && chances < mostChances; chances += 1) {
      const one = this.#oldest;
      this.remove(one);
      this.add(one);
    }
    return this.#oldest;
  }
}
