import { fetchItem } from "../fetch-item.ts";
import type { OpenTheRow } from "../row.ts";

/** The global `fetch`, which keeps connections by itself, and a token that never ends. */
export const openGlobalFetch: OpenTheRow = async ({ backend, accessToken }) => ({
  call: () => fetchItem(backend, accessToken),
  close: async () => {},
});
