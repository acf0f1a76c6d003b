import { createGatewayBehalf } from "../gateway/rows/create-gateway-behalf.ts";
import type { OpenTheRow } from "../row.ts";
import { sku } from "../site/site.ts";
import { checkHeld, toReceived } from "./behalf-exchange.ts";
import { fetchCallers, visitAll } from "./callers.ts";

/** Behalf for callers who were validated: the call alone, for it is all that the row written by hand does. */
export const openBehalfKnown: OpenTheRow = async (site) => {
  const { behalf, getItem } = createGatewayBehalf(site);
  const callers = await fetchCallers(site, site.users);
  const contexts = callers.map((caller) => behalf.receive(toReceived(caller)));
  const callAt = (index: number): Promise<unknown> => {
    const context = contexts[index % contexts.length];
    if (!context) throw new RangeError("There are no callers.");
    return behalf.context.run(context, () => getItem(sku));
  };
  await visitAll(contexts.length, async (index) => {
    const context = contexts[index];
    if (context) await behalf.authenticateCaller(context);
    await callAt(index);
  });
  checkHeld(behalf, callers.length);
  let turn = 0;
  return {
    call() {
      turn += 1;
      return callAt(turn);
    },
    close: () => behalf.close(),
  };
};
