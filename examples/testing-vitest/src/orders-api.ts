import { createBehalf, type Now, type ServerFetch } from "behalf";
import { behalfFastify } from "behalf/fastify";
import Fastify, { type FastifyInstance } from "fastify";

/** What the orders API has to be told. */
export interface OrdersApiOptions {
  readonly authority: string;
  readonly clientSecret: string;
  readonly inventoryUrl: string;
  /** What tests put in the place of the network and of the clock. */
  readonly replaced?: { readonly fetch?: ServerFetch; readonly now?: Now };
}

/** Creates the orders API: to answer, it calls the inventory on behalf of its caller. */
export async function createOrdersApi(options: OrdersApiOptions): Promise<FastifyInstance> {
  const { authority, clientSecret, inventoryUrl, replaced = {} } = options;
  const behalf = createBehalf({
    authority,
    clientId: "orders-api",
    clientSecret,
    inbound: { audience: "orders-api" },
    serviceDefaults: { grantType: "tokenExchange" },
    services: {
      inventory: { host: inventoryUrl, audience: "inventory", endpoints: { item: "/items/{sku}" } },
    },
    ...replaced,
  });
  const item = behalf.service("inventory").endpoint("item");

  const app = Fastify();
  await app.register(behalfFastify(behalf));
  app.get<{ Params: { sku: string } }>("/orders/:sku", async ({ params }) => item.get({ params }).json().unwrap());
  return app;
}
