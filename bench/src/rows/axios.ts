import { Agent } from "node:http";
import axios from "axios";
import type { OpenTheRow } from "../row.ts";
import { itemPath } from "../site/site.ts";

/** axios with connections that are kept, and a token that never ends. */
export const openAxios: OpenTheRow = async ({ backend, accessToken }) => {
  const httpAgent = new Agent({ keepAlive: true });
  const instance = axios.create({ baseURL: backend, httpAgent, headers: { authorization: `Bearer ${accessToken}` } });
  return {
    call: async () => (await instance.get<unknown>(itemPath)).data,
    close: async () => httpAgent.destroy(),
  };
};
