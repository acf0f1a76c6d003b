import { setImmediate as turn } from "node:timers/promises";

/** A clock with timers that stands still until it is told otherwise. */
export interface ManualTimers {
  /** Milliseconds since it was made. Bound: it can be passed on its own. */
  readonly now: () => number;
  /** Calls back once; gives what calls it off. */
  readonly startTimer: (callback: () => void, afterMs: number) => () => void;
  /** How many timers run. */
  readonly running: number;
  /** Moves on by so many milliseconds: each timer fires at its own instant, and what waits for it goes on before the next. */
  advance(ms: number): Promise<void>;
  /** Moves on by so many milliseconds in which no timer fires, as in a process that was busy: those that are due are late. */
  stall(ms: number): void;
}

interface Timer {
  readonly at: number;
  readonly callback: () => void;
}

/** Creates a clock with timers, at 0. */
export function createManualTimers(): ManualTimers {
  const timers = new Set<Timer>();
  let current = 0;

  const findDue = (until: number): Timer | undefined => {
    let first: Timer | undefined;
    for (const timer of timers) if (timer.at <= until && (!first || timer.at < first.at)) first = timer;
    return first;
  };

  return {
    now: () => current,
    startTimer(callback, afterMs) {
      const timer = { at: current + afterMs, callback };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    get running() {
      return timers.size;
    },
    stall(ms) {
      current += ms;
    },
    async advance(ms) {
      const until = current + ms;
      await turn();
      for (let due = findDue(until); due; due = findDue(until)) {
        timers.delete(due);
        current = Math.max(current, due.at);
        due.callback();
        await turn();
      }
      current = until;
    },
  };
}
