import { Pool } from "undici";
import type { OpenTheRow } from "../row.ts";
import { itemPath } from "../site/site.ts";

/** What the least careful client does: undici's convenient method and a token that never ends. */
export const openUndiciRequest: OpenTheRow = async ({ backend, accessToken }) => {
  const pool = new Pool(backend);
  const headers = { authorization: `Bearer ${accessToken}` };
  return {
    async call() {
      const { body } = await pool.request({ path: itemPath, method: "GET", headers });
      return body.json();
    },
    close: () => pool.close(),
  };
};
