import { Pool } from "undici";
import { itemPath } from "../../site/site.ts";
import type { ServeGateway } from "../gateway-row.ts";
import { type GetItem, serveFastifyGateway } from "./fastify-gateway.ts";

type Headers = Readonly<Record<"authorization", string>>;

/** Text of its own, as each token is that came from a server. */
const copy = (text: string): string => Buffer.from(text).toString("latin1");

/**
 * A gateway that lets everybody in, and has a token for the backend by the text of each caller's own: the least that any exchange
 * comes to, and no more. There is nothing in it that makes sure of anything.
 */
export const serveFastifyByHand: ServeGateway = async ({ backend, accessToken }) => {
  const pool = new Pool(backend);
  const headersByCaller = new Map<string, Headers>();

  const toHeaders = (rawHeaders: readonly string[]): Headers => {
    const caller = rawHeaders[rawHeaders.indexOf("Authorization") + 1] ?? "";
    const known = headersByCaller.get(caller);
    if (known) return known;
    const headers = { authorization: copy(`Bearer ${accessToken}`) };
    headersByCaller.set(caller, headers);
    return headers;
  };

  const getItem: GetItem = async (_sku, { rawHeaders }) => {
    const { body } = await pool.request({ path: itemPath, method: "GET", headers: toHeaders(rawHeaders) });
    return body.json();
  };

  return serveFastifyGateway({ getItem });
};
