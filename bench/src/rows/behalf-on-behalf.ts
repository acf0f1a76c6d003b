import type { IncomingRequest } from "behalf";
import { createGatewayBehalf } from "../gateway/rows/create-gateway-behalf.ts";
import type { OpenTheRow } from "../row.ts";
import { type Site, sku } from "../site/site.ts";

function createReceived({ callerToken }: Site): IncomingRequest {
  const rawHeaders = [
    ...["Host", "orders.internal", "Connection", "keep-alive", "Accept", "application/json"],
    ...["X-Request-Id", "0b9f4c0e-6a1d-4a5c-9d0e-2f6f1f1f8a11", "Authorization", `Bearer ${callerToken}`],
  ];
  return { rawHeaders, setResponseHeader: () => {}, onHangUp: () => {} };
}

/**
 * Behalf inside a request: the whole way of a gateway, a fresh context for each call.
 *
 * The caller's token is read and recognized, the exchanged one comes from memory.
 */
export const openBehalfOnBehalf: OpenTheRow = async (site) => {
  const { behalf, getItem } = createGatewayBehalf(site);
  const received = createReceived(site);
  return {
    async call() {
      const context = behalf.receive(received);
      await behalf.authenticateCaller(context);
      return behalf.context.run(context, () => getItem(sku));
    },
    close: () => behalf.close(),
  };
};
