/** How much may be under way at a time, and how much may wait for it. */
export interface PlacesLimits {
  /** How many places there are. */
  readonly most: number;
  /** How many of them one party holds at most. */
  readonly mostOfOne: number;
  /** How many wait at most; half of them for one party. @default 1000 */
  readonly mostWaiting?: number | undefined;
  /** How long one waits at most, in milliseconds. @default 2000 */
  readonly waitMs?: number | undefined;
}

/** Gives a place back. */
export type LeavePlace = () => void;

/** Places for work, shared by parties that trust each other in nothing. */
export interface Places {
  /**
   * Takes a place for a party, waiting for one where that has to be; `undefined` where none can be had in time. The parties
   * that wait take turns, and where too many wait, the last of the party that has the most of them makes room.
   *
   * @throws the reason of the signal, when it aborts meanwhile
   */
  take(party: string, signal?: AbortSignal): Promise<LeavePlace | undefined>;
  /** How many places are taken. */
  readonly taken: number;
  /** How many wait. */
  readonly waiting: number;
}

type Waiter = (place: LeavePlace | undefined) => void;

/** Those who wait, each party in a line of its own. The party whose turn is next comes first. */
class Lines {
  readonly #lines = new Map<string, Set<Waiter>>();
  length = 0;

  lengthOf(party: string): number {
    return this.#lines.get(party)?.size ?? 0;
  }

  add(party: string, waiter: Waiter): void {
    const line = this.#lines.get(party) ?? new Set();
    this.#lines.set(party, line.add(waiter));
    this.length += 1;
  }

  remove(party: string, waiter: Waiter): void {
    const line = this.#lines.get(party);
    if (!line?.delete(waiter)) return;
    this.length -= 1;
    if (line.size === 0) this.#lines.delete(party);
  }

  /** Takes out the first one of the first party that may have a place; that party's next turn comes after all others'. */
  next(mayHave: (party: string) => boolean): readonly [party: string, waiter: Waiter] | undefined {
    for (const [party, line] of this.#lines) {
      const [waiter] = line;
      if (!waiter || !mayHave(party)) continue;
      this.#lines.delete(party);
      this.#lines.set(party, line);
      this.remove(party, waiter);
      return [party, waiter];
    }
    return undefined;
  }

  /** Turns the last one of the longest line away, unless that line is no longer than another would be. */
  makeRoom(otherLength: number): boolean {
    let longest: readonly [string, Set<Waiter>] | undefined;
    for (const one of this.#lines) if (one[1].size > (longest?.[1].size ?? otherLength)) longest = one;
    const last = longest && [...longest[1]].at(-1);
    if (!longest || !last) return false;
    this.remove(longest[0], last);
    last(undefined);
    return true;
  }
}

interface Patience {
  readonly waitMs: number;
  readonly signal: AbortSignal | undefined;
}

/** Waits for a place; `undefined` for one who was turned away, or waited for too long. */
function waitInLine(lines: Lines, party: string, { waitMs, signal }: Patience): Promise<LeavePlace | undefined> {
  return new Promise((resolve, reject) => {
    const end = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abandon);
      lines.remove(party, waiter);
    };
    const waiter: Waiter = (place) => {
      end();
      resolve(place);
    };
    const abandon = (): void => {
      end();
      reject(signal?.reason);
    };
    const timer = setTimeout(() => waiter(undefined), waitMs);
    signal?.addEventListener("abort", abandon, { once: true });
    lines.add(party, waiter);
  });
}

/** Creates places. Nothing is kept of parties that neither hold nor wait for one. */
export function createPlaces({ most, mostOfOne, mostWaiting = 1_000, waitMs = 2_000 }: PlacesLimits): Places {
  const held = new Map<string, number>();
  const lines = new Lines();
  let taken = 0;

  const mayHave = (party: string): boolean => taken < most && (held.get(party) ?? 0) < mostOfOne;

  const leave = (party: string): void => {
    taken -= 1;
    const left = (held.get(party) ?? 1) - 1;
    if (left > 0) held.set(party, left);
    else held.delete(party);
    const next = lines.next(mayHave);
    if (next) next[1](give(next[0]));
  };

  const give = (party: string): LeavePlace => {
    taken += 1;
    held.set(party, (held.get(party) ?? 0) + 1);
    let isHeld = true;
    return () => {
      if (isHeld) leave(party);
      isHeld = false;
    };
  };

  const mayWait = (party: string): boolean => {
    const length = lines.lengthOf(party);
    if (length >= mostWaiting / 2) return false;
    return lines.length < mostWaiting || lines.makeRoom(length + 1);
  };

  return {
    async take(party, signal) {
      signal?.throwIfAborted();
      if (mayHave(party)) return give(party);
      return mayWait(party) ? waitInLine(lines, party, { waitMs, signal }) : undefined;
    },
    get taken() {
      return taken;
    },
    get waiting() {
      return lines.length;
    },
  };
}
