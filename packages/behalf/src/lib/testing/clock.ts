/** A clock that stands still until it is told otherwise: `now` is what the SDK takes as its `now` option. */
export interface Clock {
  /** The current instant in milliseconds since the epoch. Bound: it can be passed on its own. */
  readonly now: () => number;
  /** Moves on by so many milliseconds. */
  advance(ms: number): void;
  /** Moves to an instant: a `Date`, or milliseconds since the epoch. */
  set(at: Date | number): void;
}

const presentSecond = (): number => Math.floor(Date.now() / 1000) * 1000;

/**
 * Creates a clock that starts at an instant: a `Date`, or milliseconds since the epoch.
 *
 * Give its `now` to everything that shall agree on the time: `createBehalf({ now: clock.now })` and
 * `startScriptedAs({ clock })`. It does not move timers.
 *
 * @default the present whole second
 */
export function createClock(at: Date | number = presentSecond()): Clock {
  let current = at.valueOf();

  return {
    now: () => current,
    advance(ms) {
      current += ms;
    },
    set(instant) {
      current = instant.valueOf();
    },
  };
}
