import { createBehalf } from "behalf";
import { behalfFastify } from "behalf/fastify";
import Fastify from "fastify";
import { z } from "zod";

const itemSchema = z.object({ sku: z.string(), inStock: z.number() });

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

/** Starts the orders API. All that DPoP takes is `dpop: true`: the key, the proofs and the nonces are Behalf's. */
export async function startOrdersApi({ issuer, clientSecret, inventoryUrl }: OrdersApiOptions): Promise<OrdersApi> {
  const behalf = createBehalf({
    authority: issuer,
    clientId: "orders-api",
    clientSecret,
    inbound: { audience: "orders-api" },
    serviceDefaults: { grantType: "tokenExchange" },
    services: {
      inventory: { host: inventoryUrl, audience: "inventory", dpop: true, endpoints: { item: "/items/{sku}" } },
    },
  });
  const item = behalf.service("inventory").endpoint("item");

  const app = Fastify({ forceCloseConnections: true });
  await app.register(behalfFastify(behalf));
  app.get<{ Params: { sku: string } }>("/orders/:sku", async ({ params }) =>
    item.get({ params }).json(itemSchema).unwrap(),
  );
  const url = await app.listen({ host: "127.0.0.1", port: 0 });
  return { url, close: async () => void (await app.close()) };
}
