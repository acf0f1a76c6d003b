import { setMaxListeners } from "node:events";
import { Outcome } from "../../outcome/outcome.ts";
import { guardOutcome } from "../../outcome/outcome-promise.ts";

/** Starts one piece of work, which ends when the signal aborts. */
export type Work<value> = (signal: AbortSignal) => PromiseLike<Outcome<value>> | Outcome<value>;

/** How many pieces of work are run. */
export interface RunBounds {
  /** How many run at a time, at most. */
  readonly concurrency: number;
  /** Whether a failure is one outcome among the others; else it ends all. */
  readonly tolerateFailures: boolean;
  readonly signal: AbortSignal | undefined;
}

/**
 * Runs each piece of work, and gives the outcome of each. What ends all, an abort or a failure that is not tolerated, is the
 * outcome at once: what runs is aborted, what has not begun never does.
 */
export async function runEach<value>(
  pieces: ReadonlyMap<string, Work<value>>,
  { concurrency, tolerateFailures, signal }: RunBounds,
): Promise<Outcome<ReadonlyMap<string, Outcome<value>>>> {
  if (signal?.aborted) return Outcome.fail(signal.reason);
  const end = new AbortController();
  // As many calls listen to it as run at a time: beyond ten, Node would warn of a leak.
  setMaxListeners(0, end.signal);
  const ended = new Promise<Outcome<never>>((resolve) => {
    end.signal.addEventListener("abort", () => resolve(Outcome.fail(end.signal.reason)), { once: true });
  });
  const abort = (): void => end.abort(signal?.reason);
  const outcomes = new Map<string, Outcome<value>>();
  const queue = pieces.entries();
  const work = async (): Promise<void> => {
    for (const [name, start] of queue) {
      const outcome = await guardOutcome(() => start(end.signal));
      if (end.signal.aborted) return;
      if (!outcome.ok && !tolerateFailures) return end.abort(outcome.error);
      outcomes.set(name, outcome);
    }
  };
  signal?.addEventListener("abort", abort, { once: true });
  try {
    const workers = Array.from({ length: Math.min(concurrency, pieces.size) }, work);
    const done = Promise.all(workers).then(() => Outcome.success(outcomes));
    return await Promise.race([ended, done]);
  } finally {
    signal?.removeEventListener("abort", abort);
  }
}
