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

/** The gates before the endpoints. */
export interface Gates<place> {
  /** Closes a gate before a place; the one that was there stays with those who wait at it. */
  hold(place: place): Gate;
  /** Resolves at once where there is no gate. */
  pass(place: place): Promise<void>;
  releaseAll(): void;
}

export function createGates<place>(): Gates<place> {
  const gates = new Set<ClosedGate>();
  const latest = new Map<place, ClosedGate>();

  return {
    hold(place) {
      const gate = createGate();
      gates.add(gate);
      latest.set(place, gate);
      return gate;
    },
    async pass(place) {
      await latest.get(place)?.pass();
    },
    releaseAll() {
      for (const gate of gates) gate.release();
    },
  };
}
