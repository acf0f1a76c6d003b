/** Holds requests back until the test lets them through. */
export interface Gate {
  /** How many requests wait at this moment. */
  readonly waiting: number;
  /** Resolves when at least `count` requests have come to the gate since it was closed. */
  arrived(count?: number): Promise<void>;
  /** Lets the waiting requests through, and every later one. Releasing twice is allowed. */
  release(): void;
}

/** A gate, and the server's side of it. */
export interface ClosedGate extends Gate {
  /** Resolves when the gate is released. */
  pass(): Promise<void>;
}

export function createGate(): ClosedGate {
  let release = (): void => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const watchers: { readonly count: number; readonly tell: () => void }[] = [];
  let arrivals = 0;
  let waiting = 0;

  return {
    get waiting() {
      return waiting;
    },
    arrived(count = 1) {
      if (arrivals >= count) return Promise.resolve();
      return new Promise((tell) => watchers.push({ count, tell }));
    },
    release() {
      release();
    },
    async pass() {
      arrivals += 1;
      waiting += 1;
      for (const watcher of watchers) if (arrivals >= watcher.count) watcher.tell();
      await released;
      waiting -= 1;
    },
  };
}
