import { type Dispatcher, Pool } from "undici";
import type { OpenTheRow } from "../row.ts";
import { itemPath } from "../site/site.ts";

/** undici with its chain of interceptors, of which one puts a token that never ends on each request, and another adds a header. */
export const openUndiciInterceptors: OpenTheRow = async ({ backend, accessToken }) => {
  const adding =
    (name: string, value: string): Dispatcher.DispatcherComposeInterceptor =>
    (dispatch) =>
    (options, handler) =>
      dispatch({ ...options, headers: { ...Object(options.headers), [name]: value } }, handler);
  const pool = new Pool(backend);
  const client = pool.compose(adding("authorization", `Bearer ${accessToken}`), adding("x-request-id", "bench"));
  return {
    async call() {
      const { body } = await client.request({ origin: backend, path: itemPath, method: "GET" });
      return body.json();
    },
    close: () => pool.close(),
  };
};
