import { Pool } from "undici";
import type { OpenTheRow } from "../row.ts";
import { itemPath } from "../site/site.ts";

const timeoutMs = 30_000;

/** The bare request with a deadline, as most write it: a signal for each call. */
export const openUndiciSignal: OpenTheRow = async ({ backend, accessToken }) => {
  const pool = new Pool(backend);
  const headers = { authorization: `Bearer ${accessToken}` };
  return {
    async call() {
      const signal = AbortSignal.timeout(timeoutMs);
      const { body } = await pool.request({ path: itemPath, method: "GET", headers, signal });
      return body.json();
    },
    close: () => pool.close(),
  };
};
