/** Tells what is left of the time of a call, in milliseconds: nothing, or less, once it is over. */
export type TimeLeft = () => number;

/** Lets the time of a call run from now on. */
export function startTime(timeoutMs: number, now: () => number): TimeLeft {
  const end = now() + timeoutMs;
  return () => end - now();
}
