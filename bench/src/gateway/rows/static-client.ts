import { openUndiciRequest } from "../../rows/undici-request.ts";
import type { Site } from "../../site/site.ts";
import type { GetItem } from "./fastify-gateway.ts";

/** Calls the backend as the gateways do that exchange nothing: bare undici, and a token that never ends. */
export async function createStaticClient(site: Site): Promise<GetItem> {
  const { call } = await openUndiciRequest(site);
  return call;
}
