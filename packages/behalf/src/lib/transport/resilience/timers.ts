/** Calls back once after so many milliseconds; gives what calls it off. */
export type StartTimer = (callback: () => void, afterMs: number) => () => void;

/** What Node's timers can count; for longer, they would fire at once. */
const longestMs = 2 ** 31 - 1;

const never = (): void => {};

/** Timers of Node. They keep the process alive, for a call waits, and are called off with it. A time without an end never comes. */
export const startTimer: StartTimer = (callback, afterMs) => {
  if (!(afterMs <= longestMs)) return never;
  const timer = setTimeout(callback, afterMs);
  return () => clearTimeout(timer);
};
