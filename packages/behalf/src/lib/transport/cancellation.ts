import type { Cancellation } from "./wire.ts";

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
