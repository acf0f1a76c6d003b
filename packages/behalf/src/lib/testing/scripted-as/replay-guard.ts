/** Remembers what may come only once: of very many, the last 10,000. */
export interface ReplayGuard {
  /** Tells whether the id is new, and remembers it. */
  isFirst(...id: readonly string[]): boolean;
}

const mostIds = 10_000;

export function createReplayGuard(): ReplayGuard {
  const seen = new Set<string>();

  return {
    isFirst(...id) {
      const key = JSON.stringify(id);
      if (seen.has(key)) return false;
      seen.add(key);
      const [oldest] = seen;
      if (seen.size > mostIds && oldest !== undefined) seen.delete(oldest);
      return true;
    },
  };
}
