import type { ServerFetch } from "./server-connection.ts";
import { waitShortly } from "./wait-shortly.ts";

/** Sends a request a second time after a network error or a 5xx: right for requests that may be repeated as they are. */
export function retryOnce(fetch: ServerFetch): ServerFetch {
  return async (url, request) => {
    try {
      const response = await fetch(url, request);
      if (response.status < 500) return response;
      await response.body?.cancel();
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
    }
    await waitShortly(request.signal);
    request.signal?.throwIfAborted();
    return fetch(url, request);
  };
}
