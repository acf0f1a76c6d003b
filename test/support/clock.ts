/** A clock that stands still until it is told otherwise: `now` is what the SDK takes as its `now` option. */
export interface Clock {
  /** The current instant in milliseconds since the epoch. Bound: it can be passed on its own. */
  readonly now: () => number;
  advance(ms: number): void;
  set(ms: number): void;
}

/** Creates a clock that starts at `startAt` (milliseconds since the epoch), by default at the present whole second. */
export function createClock(startAt: number = Math.floor(Date.now() / 1000) * 1000): Clock {
  let current = startAt;

  return {
    now: () => current,
    advance(ms) {
      current += ms;
    },
    set(ms) {
      current = ms;
    },
  };
}
