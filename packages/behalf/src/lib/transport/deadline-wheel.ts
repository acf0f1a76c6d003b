import { AsyncResource } from "node:async_hooks";

/** Something that has a deadline: a link in one of the wheel's rings, so that setting one takes no memory. */
export abstract class Expiring {
  /** The neighbours in the ring; `undefined` while nothing is set. Only for the wheel. */
  before: Expiring | undefined;
  after: Expiring | undefined;

  /** Comes when the time is over. */
  abstract expire(): void;
}

/** Ends what takes too long: one coarse timer for all, because a timer for each costs half a call. */
export interface DeadlineWheel {
  /** Lets the one expire at an instant of the monotonic clock, up to a quarter of a second late. */
  set(at: number, one: Expiring): void;
  /** Calls it off. Nothing happens where nothing is set. */
  unset(one: Expiring): void;
}

/** The beginning and the end of a ring. */
class Ring extends Expiring {
  constructor() {
    super();
    this.before = this;
    this.after = this;
  }

  override expire(): void {
    for (let one = this.after; one && one !== this; one = this.after) {
      unlink(one);
      one.expire();
    }
  }

  insert(one: Expiring): void {
    const last = this.before ?? this;
    one.before = last;
    one.after = this;
    last.after = one;
    this.before = one;
  }
}

function unlink(one: Expiring): void {
  if (one.before) one.before.after = one.after;
  if (one.after) one.after.before = one.before;
  one.before = undefined;
  one.after = undefined;
}

const tickMs = 250;

/** Creates a wheel. Its timer runs only while something is set, and keeps no process alive. */
export function createDeadlineWheel(): DeadlineWheel {
  const outsideRequests = new AsyncResource("behalf:deadlines");
  const rings = new Map<number, Ring>();
  let turning = false;

  const turn = (): void => {
    const present = performance.now() / tickMs;
    for (const [tick, ring] of rings) {
      if (tick > present) continue;
      rings.delete(tick);
      ring.expire();
    }
    turning = rings.size > 0;
    if (turning) wait();
  };

  /** To the end of this tick, and not for a tick: that would be up to two late. */
  const wait = (): void => void setTimeout(turn, tickMs + 1 - (performance.now() % tickMs)).unref();

  const ringAt = (tick: number): Ring => {
    const existing = rings.get(tick);
    if (existing) return existing;
    const ring = new Ring();
    rings.set(tick, ring);
    return ring;
  };

  return {
    set(at, one) {
      ringAt(Math.ceil(at / tickMs)).insert(one);
      // It would hold the first request for as long as others follow.
      if (turning) return;
      turning = true;
      outsideRequests.runInAsyncScope(wait);
    },
    unset: unlink,
  };
}
