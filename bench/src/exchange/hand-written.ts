import { Pool } from "undici";
import type { OpenTheRow } from "../row.ts";
import { askToken } from "../rows/ask-token.ts";
import { keepTokens } from "../rows/keep-tokens.ts";
import { audience, itemPath } from "../site/site.ts";
import { fetchCallers, openInRotation } from "./callers.ts";

const exchange = {
  grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
  subject_token_type: "urn:ietf:params:oauth:token-type:access_token",
};

/** Written by hand: a map by the caller's raw token, one request for all who wait, bare undici. It validates nobody. */
export const openHandWrittenExchange: OpenTheRow = async (site) => {
  const pool = new Pool(site.backend);
  const tokens = keepTokens((subject) => askToken(site.authority, { ...exchange, subject_token: subject, audience }));
  const call = await openInRotation(await fetchCallers(site, site.users), async (caller) => {
    const found = tokens.get(caller);
    const token = typeof found === "string" ? found : await found;
    const headers = { authorization: `Bearer ${token}` };
    const { body } = await pool.request({ path: itemPath, method: "GET", headers });
    return body.json();
  });
  return { call, close: () => pool.close() };
};
