import { onTestFinished } from "vitest";
import type { Clock } from "../../support/clock.ts";
import type { ScriptedAs } from "../../support/scripted-as.ts";
import { countTo } from "./count-to.ts";
import type { InventoryApi } from "./inventory-api.ts";

/** Calls that run while something is changed. */
export interface RunningCalls {
  /** Resolves when this many more tokens were asked for. */
  renewed(times?: number): Promise<void>;
  /** Ends the calls; tells how many there were, and what went wrong. */
  stop(): Promise<{ readonly calls: number; readonly failures: readonly unknown[] }>;
}

/** How long the tokens must live in seconds, for a renewal every few calls. */
export const shortLifeSeconds = 20;

interface Watcher {
  readonly count: number;
  readonly tell: () => void;
}

/** Lets eight callers call again and again, until a call fails. Each call moves the clock by a second. */
export function keepCalling(api: InventoryApi, { as, clock }: { as: ScriptedAs; clock: Clock }): RunningCalls {
  const failures: unknown[] = [];
  const watchers: Watcher[] = [];
  let calls = 0;
  let running = true;
  onTestFinished(() => {
    running = false;
  });

  const tellWatchers = (): void => {
    const { length } = as.tokenRequests;
    for (const watcher of watchers) if (length >= watcher.count || failures.length > 0) watcher.tell();
  };
  const callOnce = async (): Promise<void> => {
    const outcome = await api.service("inventory").endpoint("items").get();
    if (!outcome.ok) failures.push(outcome.error);
    calls += 1;
    clock.advance(1_000);
    tellWatchers();
  };
  const keepOn = async (): Promise<void> => {
    while (running && failures.length === 0) await callOnce();
  };
  const callers = Promise.all(countTo(8).map(keepOn));

  return {
    renewed(times = 3) {
      const count = as.tokenRequests.length + times;
      return new Promise((tell) => {
        watchers.push({ count, tell });
        tellWatchers();
      });
    },
    async stop() {
      running = false;
      await callers;
      return { calls, failures };
    },
  };
}
