import { once } from "node:events";
import { createBehalf } from "behalf";
import { behalfExpress, behalfExpressErrors } from "behalf/express";
import express from "express";
import { itemSchema } from "./answers.ts";
import type { CallingApiOptions, RunningApi } from "./running-api.ts";

/** Starts a, the storefront, which people call: it calls the orders API on their behalf. */
export async function startStorefront({ issuer, clientSecret, nextUrl }: CallingApiOptions): Promise<RunningApi> {
  const behalf = createBehalf({
    authority: issuer,
    clientId: "storefront",
    clientSecret,
    inbound: { audience: "storefront" },
    serviceDefaults: { grantType: "tokenExchange" },
    services: { orders: { host: nextUrl, audience: "orders-api", endpoints: { order: "/orders/{sku}" } } },
  });
  const order = behalf.service("orders").endpoint("order");

  const app = express();
  app.use(behalfExpress(behalf));
  app.get("/basket/:sku", async ({ params: { sku } }, response) => {
    response.json(await order.get({ params: { sku } }).json(itemSchema).unwrap());
  });
  app.use(behalfExpressErrors(behalf));

  const listener = app.listen(0, "127.0.0.1");
  await once(listener, "listening");
  const address = listener.address();
  const port = typeof address === "object" ? address?.port : undefined;
  return {
    url: `http://127.0.0.1:${port}`,
    async close() {
      listener.close();
      listener.closeAllConnections();
      await behalf.close();
    },
  };
}
