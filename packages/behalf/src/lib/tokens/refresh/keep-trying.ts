import { setTimeout as wait } from "node:timers/promises";

/** A minute in all: longer than a store that was away is left alone. No wait is long: others go by what it has. */
const waitsMs = [250, 500, ...Array.from({ length: 59 }, () => 1_000)];

/** Tries again, about every second, until it is done or a minute is over. It keeps no process alive. */
export async function keepTrying(attempt: () => Promise<boolean>): Promise<void> {
  for (const waitMs of waitsMs) {
    await wait(waitMs, undefined, { ref: false });
    if (await attempt()) return;
  }
}
