import type { Cancellation } from "./wire.ts";

/** Runs work with a signal that aborts when one of the cancellations does. */
export async function whileNotCancelled<result>(
  cancellations: readonly Cancellation[],
  work: (signal: AbortSignal) => result | PromiseLike<result>,
): Promise<result> {
  const controller = new AbortController();
  const releases = cancellations.map((cancellation) => cancellation((reason) => controller.abort(reason)));
  try {
    return await work(controller.signal);
  } finally {
    for (const release of releases) release();
  }
}

/** Cancels when a signal aborts, with its reason; the listener does not outlive the request. */
export function cancelledBy(signal: AbortSignal): Cancellation {
  return (abort) => {
    if (signal.aborted) {
      abort(signal.reason);
      return () => {};
    }
    const listener = (): void => abort(signal.reason);
    signal.addEventListener("abort", listener, { once: true });
    return () => signal.removeEventListener("abort", listener);
  };
}
