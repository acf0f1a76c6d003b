import ky from "ky";
import type { OpenTheRow } from "../row.ts";
import { itemPath } from "../site/site.ts";

/** ky over the global `fetch`, which keeps connections by itself, and a token that never ends. */
export const openKy: OpenTheRow = async ({ backend, accessToken }) => {
  const instance = ky.create({ prefixUrl: backend, headers: { authorization: `Bearer ${accessToken}` } });
  return {
    call: () => instance.get(itemPath.slice(1)).json<unknown>(),
    close: async () => {},
  };
};
