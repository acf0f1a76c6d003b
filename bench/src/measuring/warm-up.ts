import type { Load } from "./drive.ts";

const share = 14;

/** What warms up: so many calls, but no more than a run that is short on purpose can be asked for. */
export function toWarmUp(calls: number, usual: Load): Load {
  return { calls: Math.min(usual.calls, calls * share), concurrency: usual.concurrency };
}
