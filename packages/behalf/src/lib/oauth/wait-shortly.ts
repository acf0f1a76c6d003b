const leastWaitMs = 100;
const waitSpreadMs = 200;

/** Waits 100 to 300 ms, so that many who failed together do not come back together; an abort ends it at once. */
export function waitShortly(signal: AbortSignal | null | undefined): Promise<void> {
  return new Promise((resolve) => {
    const stop = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", stop);
      resolve();
    };
    const timer = setTimeout(stop, leastWaitMs + Math.random() * waitSpreadMs);
    signal?.addEventListener("abort", stop);
    if (signal?.aborted) stop();
  });
}
