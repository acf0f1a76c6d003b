import { setTimeout as wait } from "node:timers/promises";

/** A minute in all: longer than a store that was away is left alone. */
const waitsMs = [250, 500, 1_000, 2_000, 4_000, 8_000, 15_000, 30_000];

/** Tries again, after ever longer waits, until it is done or a minute is over. It keeps no process alive. */
export async function keepTrying(attempt: () => Promise<boolean>): Promise<void> {
  for (const waitMs of waitsMs) {
    await wait(waitMs, undefined, { ref: false });
    if (await attempt()) return;
  }
}
