import type { ServerFetch } from "./server-connection.ts";

const leastWaitMs = 100;
const waitSpreadMs = 200;

function wait(signal: AbortSignal | null | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(
      () => {
        signal?.removeEventListener("abort", stop);
        resolve();
      },
      leastWaitMs + Math.random() * waitSpreadMs,
    );
    signal?.addEventListener("abort", stop, { once: true });
  });
}

/** Sends a request a second time after a network error or a 5xx: right for requests that may be repeated. */
export function retryOnce(fetch: ServerFetch): ServerFetch {
  return async (url, request) => {
    const signal = request.signal;
    try {
      const response = await fetch(url, request);
      if (response.status < 500) return response;
      await response.body?.cancel();
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
    }
    signal?.throwIfAborted();
    await wait(signal);
    return fetch(url, request);
  };
}
