import { Pool } from "undici";
import type { OpenTheRow } from "../row.ts";
import { audience, itemPath } from "../site/site.ts";
import { askToken } from "./ask-token.ts";
import { keepTokens } from "./keep-tokens.ts";

/** Written by hand with care: a map, one request for all who wait, one renewal after a 401, and bare undici. */
export const openHandWritten: OpenTheRow = async ({ backend, authority }) => {
  const pool = new Pool(backend);
  const tokens = keepTokens((name) => askToken(authority, { grant_type: "client_credentials", audience: name }));

  async function send(): Promise<{ readonly status: number; readonly token: string; readonly item: unknown }> {
    const found = tokens.get(audience);
    const token = typeof found === "string" ? found : await found;
    const { statusCode, body } = await pool.request({
      path: itemPath,
      method: "GET",
      headers: { authorization: `Bearer ${token}` },
    });
    if (statusCode === 200) return { status: 200, token, item: await body.json() };
    await body.dump();
    return { status: statusCode, token, item: undefined };
  }

  return {
    async call() {
      const first = await send();
      if (first.status !== 401) return first.item;
      tokens.forget(audience, first.token);
      const { status, item } = await send();
      if (status !== 200) throw new Error(`The backend answered ${status}.`);
      return item;
    },
    close: () => pool.close(),
  };
};
