import { setTimeout as sleep } from "node:timers/promises";

/** A minute in all: longer than a store that was away is left alone. No wait is long: others go by what it has. */
const waitsMs = [250, 500, ...Array.from({ length: 59 }, () => 1_000)];

const waitAside = (ms: number): Promise<unknown> => sleep(ms, undefined, { ref: false });

/** Tries again, about every second, until it is done or a minute is over. Its waits keep no process alive. */
export async function keepTrying(
  attempt: () => Promise<boolean>,
  wait: (ms: number) => Promise<unknown> = waitAside,
): Promise<void> {
  for (const ms of waitsMs) {
    await wait(ms);
    if (await attempt()) return;
  }
}
