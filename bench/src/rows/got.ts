import { Agent } from "node:http";
import got from "got";
import type { OpenTheRow } from "../row.ts";
import { itemPath } from "../site/site.ts";

/** got with connections that are kept, and a token that never ends. */
export const openGot: OpenTheRow = async ({ backend, accessToken }) => {
  const agent = new Agent({ keepAlive: true });
  const instance = got.extend({
    prefixUrl: backend,
    agent: { http: agent },
    headers: { authorization: `Bearer ${accessToken}` },
  });
  return {
    call: () => instance.get(itemPath.slice(1)).json<unknown>(),
    close: async () => agent.destroy(),
  };
};
