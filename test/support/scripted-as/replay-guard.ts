/** Remembers what may come only once. */
export interface ReplayGuard {
  /** Tells whether the id is new, and remembers it. */
  isFirst(...id: readonly string[]): boolean;
}

export function createReplayGuard(): ReplayGuard {
  const seen = new Set<string>();

  return {
    isFirst(...id) {
      const key = JSON.stringify(id);
      if (seen.has(key)) return false;
      seen.add(key);
      return true;
    },
  };
}
