import { toRequestEnd } from "./request-end.ts";
import type { ServerFetch } from "./server-connection.ts";
import { createServerWatch, type WatchOptions } from "./server-watch.ts";

/** Watches every request to a server: see {@link createServerWatch}. */
export function watchServer(fetch: ServerFetch, options: WatchOptions): ServerFetch {
  const watch = createServerWatch(options);

  return async (url, request) => {
    try {
      const response = await fetch(url, request);
      watch.note({ kind: "answered", status: response.status });
      return response;
    } catch (error) {
      watch.note(toRequestEnd(error));
      throw error;
    }
  };
}
