import { createBehalf } from "behalf";
import { behalfFastify } from "behalf/fastify";
import Fastify from "fastify";
import { itemSchema } from "./answers.ts";
import type { CallingApiOptions, RunningApi } from "./running-api.ts";

/** Starts b, the orders API: it calls the inventory on behalf of its caller, whoever acts already for that one. */
export async function startOrdersApi({ issuer, clientSecret, nextUrl }: CallingApiOptions): Promise<RunningApi> {
  const behalf = createBehalf({
    authority: issuer,
    clientId: "orders-api",
    clientSecret,
    inbound: { audience: "orders-api" },
    serviceDefaults: { grantType: "tokenExchange" },
    services: { inventory: { host: nextUrl, audience: "inventory", endpoints: { item: "/items/{sku}" } } },
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
