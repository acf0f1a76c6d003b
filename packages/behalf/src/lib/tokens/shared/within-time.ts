/** What came of work that took too long. */
export const timedOut: unique symbol = Symbol("timed out");

/**
 * Gives what the work gives, or tells that it took too long. What comes later is nobody's, a failure as well.
 *
 * A process that was busy itself for so long takes what has arrived meanwhile: timers are looked at before sockets, and
 * immediates after them.
 */
export async function withinTime<value>(work: Promise<value>, timeoutMs: number): Promise<value | typeof timedOut> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<typeof timedOut>((resolve) => {
    timer = setTimeout(() => setImmediate(resolve, timedOut), timeoutMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
