/** What can be in a list: it holds its own links, so that being in it costs nothing more. */
export class Recent<item> {
  /** The one that was used next after this one. */
  newer: item | undefined = undefined;
  older: item | undefined = undefined;
}

/** Items in the order of their last use. */
export class RecencyList<item extends Recent<item>> {
  #newest: item | undefined;
  #oldest: item | undefined;

  /** The one that was not used for longest. */
  get oldest(): item | undefined {
    return this.#oldest;
  }

  /** Visits all, the one that was not used for longest first. A visitor may remove the one that it visits. */
  visit(look: (item: item) => void): void {
    for (let one = this.#oldest; one; ) {
      const { newer } = one;
      look(one);
      one = newer;
    }
  }

  /** Adds an item that is in no list. */
  add(item: item): void {
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

  /** Notes that an item was used. */
  touch(item: item): void {
    if (item === this.#newest) return;
    this.remove(item);
    this.add(item);
  }
}
