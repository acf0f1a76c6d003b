interface Entry<value> {
  readonly value: value;
  readonly expiresAtMs: number;
}

/** Values that are forgotten when they expire, and the oldest of them when there are too many. */
export interface MemoryStore<value> {
  get(key: string): value | undefined;
  set(key: string, value: value, lifetimeMs: number): void;
  delete(key: string): void;
  entries(): IterableIterator<[string, value]>;
}

/** Options of `createMemoryStore`. */
export interface MemoryStoreOptions {
  /** The most entries it keeps. */
  readonly capacity: number;
  /**
   * Gives the present instant in epoch milliseconds.
   *
   * @default Date.now
   */
  readonly now?: () => number;
}

/** Creates a bounded, expiring store. */
export function createMemoryStore<value>({ capacity, now = Date.now }: MemoryStoreOptions): MemoryStore<value> {
  const kept = new Map<string, Entry<value>>();

  const dropOldest = (): void => {
    for (const [key, entry] of kept) if (entry.expiresAtMs <= now()) kept.delete(key);
    for (const key of kept.keys()) {
      if (kept.size < capacity) return;
      kept.delete(key);
    }
  };

  return {
    get(key) {
      const entry = kept.get(key);
      if (entry === undefined || entry.expiresAtMs > now()) return entry?.value;
      kept.delete(key);
      return undefined;
    },
    set(key, value, lifetimeMs) {
      kept.delete(key);
      if (kept.size >= capacity) dropOldest();
      kept.set(key, { value, expiresAtMs: now() + lifetimeMs });
    },
    delete(key) {
      kept.delete(key);
    },
    *entries() {
      for (const [key, entry] of kept) if (entry.expiresAtMs > now()) yield [key, entry.value];
    },
  };
}
