/** When work must end: after a time, or with another signal. */
export interface Deadline {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** A timer of more fires at once. */
const longestTimerMs = 2 ** 31 - 1;

/**
 * Gives work a signal that aborts at its deadline.
 *
 * `AbortSignal.any` over `AbortSignal.timeout` would be shorter, but Node 20 collects such a timeout as garbage.
 *
 * @see {@link https://github.com/nodejs/node/issues/57736}
 */
export async function withDeadline<value>(
  { timeoutMs, signal }: Deadline,
  work: (signal: AbortSignal) => Promise<value>,
): Promise<value> {
  const controller = new AbortController();
  const leave = (): void => controller.abort(signal?.reason);
  const expire = (): void => controller.abort(new DOMException("The deadline has passed", "TimeoutError"));
  const timer = setTimeout(expire, Math.min(timeoutMs, longestTimerMs));
  signal?.addEventListener("abort", leave, { once: true });
  try {
    signal?.throwIfAborted();
    return await work(controller.signal);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", leave);
  }
}
