import { createBehalf } from "behalf";
import { behalfFastify } from "behalf/fastify";
import Fastify from "fastify";

/** Creates the orders API: it calls the inventory for its caller, and the pricing as itself. */
export async function createOrdersApi({ authority, clientSecret, inventoryUrl, pricingUrl, now = Date.now }) {
  const behalf = createBehalf({
    authority,
    clientId: "orders-api",
    clientSecret,
    inbound: { audience: "orders-api" },
    now,
    services: {
      inventory: {
        host: inventoryUrl,
        grantType: "tokenExchange",
        audience: "inventory",
        endpoints: { item: "/items/{sku}" },
      },
      pricing: {
        host: pricingUrl,
        grantType: "clientCredentials",
        scope: "prices:read",
        endpoints: { price: "/prices/{sku}" },
      },
    },
  });
  const item = behalf.service("inventory").endpoint("item");
  const price = behalf.service("pricing").endpoint("price");

  const app = Fastify({ forceCloseConnections: true });
  await app.register(behalfFastify(behalf));
  app.get("/orders/:sku", async ({ params }) => ({
    item: await item.get({ params }).json().unwrap(),
    price: await price.get({ params }).json().unwrap(),
  }));
  return app;
}
