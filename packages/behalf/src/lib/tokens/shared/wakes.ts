import type { GuardedStore } from "./guard-store.ts";

/** Wakes those who wait for something that another process writes. */
export interface Wakes {
  /** Waits until a name is called, in any process, or the time is over, whichever is first. */
  next(name: string, atMostMs: number): Promise<void>;
  /** Calls a name, for everybody who waits for it. */
  call(name: string): Promise<unknown>;
  /** Wakes all who wait here, and ends the subscription. */
  close(): void;
}

const topic = "written";

/** Creates the wakes of an instance: one subscription for all who wait, opened for the first of them. */
export function createWakes(store: GuardedStore): Wakes {
  const waiting = new Map<string, Set<() => void>>();
  let listening: Promise<() => Promise<void>> | undefined;
  let closed = false;

  const wake = (name: string): void => {
    for (const resume of waiting.get(name) ?? []) resume();
  };

  /** Who does not listen looks again after a while: that is slower, and as sure. What was agreed to late still counts. */
  const listen = (): void => {
    if (closed || listening) return;
    listening = store.listen(topic, wake);
    listening?.catch(() => {
      listening = undefined;
    });
  };

  return {
    next(name, atMostMs) {
      listen();
      return new Promise((resolve) => {
        const waiters = waiting.get(name) ?? new Set();
        const resume = (): void => {
          clearTimeout(timer);
          waiters.delete(resume);
          if (waiters.size === 0) waiting.delete(name);
          resolve();
        };
        const timer = setTimeout(resume, atMostMs);
        waiting.set(name, waiters.add(resume));
      });
    },
    call: (name) => store.ask((present) => present.publish(topic, name)),
    close() {
      closed = true;
      for (const name of [...waiting.keys()]) wake(name);
      listening?.then((stop) => stop()).catch(() => {});
    },
  };
}
