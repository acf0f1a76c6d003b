import { AsyncResource } from "node:async_hooks";

/** Ends what takes too long: one coarse timer for all, because a timer for each costs half a call. */
export interface DeadlineWheel {
  /** Calls `expire` after the time, up to a quarter of a second late; gives the function that calls it off. */
  set(afterMs: number, expire: () => void): () => void;
}

const tickMs = 250;

/** Creates a wheel. Its timer runs only while something is set, and keeps no process alive. */
export function createDeadlineWheel(): DeadlineWheel {
  const outsideRequests = new AsyncResource("behalf:deadlines");
  const ticks = new Map<number, Set<() => void>>();
  let timer: NodeJS.Timeout | undefined;

  const turn = (): void => {
    const present = performance.now() / tickMs;
    for (const [tick, expiring] of ticks) {
      if (tick > present) continue;
      ticks.delete(tick);
      for (const expire of expiring) expire();
    }
    if (ticks.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };

  return {
    set(afterMs, expire) {
      const tick = Math.ceil((performance.now() + afterMs) / tickMs);
      const expiring = ticks.get(tick) ?? new Set();
      ticks.set(tick, expiring.add(expire));
      // It would hold the first request for as long as others follow.
      timer ??= outsideRequests.runInAsyncScope(() => setInterval(turn, tickMs).unref());
      return () => expiring.delete(expire);
    },
  };
}
