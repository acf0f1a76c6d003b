import type { Cancellable, Cancellation } from "../values/cancellation.ts";

/** Runs work with a signal that aborts when one of the cancellations does. */
export async function whileNotCancelled<result>(
  cancellations: readonly Cancellation[],
  work: (signal: AbortSignal) => result | PromiseLike<result>,
): Promise<result> {
  const controller = new AbortController();
  for (const cancellation of cancellations) cancellation.add(controller);
  try {
    return await work(controller.signal);
  } finally {
    for (const cancellation of cancellations) cancellation.delete(controller);
  }
}

/** Cancels when a signal aborts, with its reason; no listener outlives the request. */
export function cancelledBy(signal: AbortSignal): Cancellation {
  const listeners = new Map<Cancellable, () => void>();
  return {
    add(one) {
      if (signal.aborted) {
        one.abort(signal.reason);
        return;
      }
      const listener = (): void => one.abort(signal.reason);
      listeners.set(one, listener);
      signal.addEventListener("abort", listener, { once: true });
    },
    delete(one) {
      const listener = listeners.get(one);
      if (!listener) return;
      listeners.delete(one);
      signal.removeEventListener("abort", listener);
    },
  };
}
