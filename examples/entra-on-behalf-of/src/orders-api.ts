import { once } from "node:events";
import { createBehalf } from "behalf";
import { behalfExpress, behalfExpressErrors } from "behalf/express";
import express from "express";
import { z } from "zod";

const itemSchema = z.object({ inStock: z.number() });

/** What the orders API has to be told. */
export interface OrdersApiOptions {
  readonly issuer: string;
  readonly clientSecret: string;
  readonly inventoryUrl: string;
}

/** The orders API, running. */
export interface OrdersApi {
  readonly url: string;
  close(): Promise<void>;
}

/** Starts the orders API, which asks for tokens as Microsoft Entra wants it: by assertion, and by scope alone. */
export async function startOrdersApi({ issuer, clientSecret, inventoryUrl }: OrdersApiOptions): Promise<OrdersApi> {
  const behalf = createBehalf({
    preset: "entra",
    authority: issuer,
    clientId: "orders-api",
    clientSecret,
    inbound: { audience: "orders-api" },
    serviceDefaults: { grantType: "onBehalfOf" },
    services: {
      inventory: { host: inventoryUrl, scope: "api://inventory/.default", endpoints: { item: "/items/{sku}" } },
    },
  });
  const item = behalf.service("inventory").endpoint("item");

  const app = express();
  app.use(behalfExpress(behalf));
  app.get("/orders/:sku", async ({ params: { sku } }, response) => {
    const { inStock } = await item.get({ params: { sku } }).json(itemSchema).unwrap();
    response.json({ sku, inStock });
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
