import type { Behalf, IncomingRequest } from "behalf";
import { createGatewayBehalf } from "../gateway/rows/create-gateway-behalf.ts";
import type { OpenTheRow } from "../row.ts";
import { sku } from "../site/site.ts";
import { fetchCallers, openInRotation } from "./callers.ts";

/** A request of a caller, as a server has it. */
export function toReceived(token: string): IncomingRequest {
  const rawHeaders = ["Host", "orders.internal", "Accept", "application/json", "Authorization", `Bearer ${token}`];
  return { rawHeaders, setResponseHeader: () => {}, onHangUp: () => {} };
}

/** Makes sure that the token of every caller is in memory. */
export function checkHeld(behalf: Pick<Behalf, "stats">, callers: number): void {
  const { entries } = behalf.stats().tokens;
  if (entries !== callers) throw new Error(`Behalf holds ${entries} tokens, and not ${callers}.`);
}

/** Behalf as a gateway has it: each call receives its caller, who is recognized, in a context of its own. */
export const openBehalfExchange: OpenTheRow = async (site) => {
  const { behalf, getItem } = createGatewayBehalf(site);
  const call = await openInRotation(await fetchCallers(site, site.users), async (caller) => {
    const context = behalf.receive(toReceived(caller));
    await behalf.authenticateCaller(context);
    return behalf.context.run(context, () => getItem(sku));
  });
  checkHeld(behalf, site.users);
  return { call, close: () => behalf.close() };
};
