import { Agent, get, type IncomingMessage } from "node:http";
import { json } from "node:stream/consumers";
import type { OpenTheRow } from "../row.ts";
import { itemPath } from "../site/site.ts";

/** `node:http` with connections that are kept, and a token that never ends. */
export const openNodeHttp: OpenTheRow = async ({ backend, accessToken }) => {
  const agent = new Agent({ keepAlive: true });
  const options = { agent, headers: { authorization: `Bearer ${accessToken}` } };
  const request = (): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => get(`${backend}${itemPath}`, options, resolve).on("error", reject));
  return {
    call: async () => json(await request()),
    close: async () => agent.destroy(),
  };
};
