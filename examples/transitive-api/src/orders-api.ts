import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { createBehalf, type InboundOptions } from "behalf";
import { behalfFastify } from "behalf/fastify";
import Fastify from "fastify";
import type { CallRecord } from "./call-record.ts";
import { inventoryItemSchema, type Order, priceSchema } from "./order.ts";
import type { OrdersApi, OrdersApiOptions } from "./orders-api-contract.ts";

/** Starts the orders API: to answer, it calls the inventory and the pricing on behalf of its caller. */
export async function startOrdersApi(options: OrdersApiOptions): Promise<OrdersApi> {
  const behalf = createBehalf({
    authority: options.issuer,
    clientId: "orders-api",
    clientSecret: options.clientSecret,
    inbound: toInbound(options),
    serviceDefaults: { grantType: "tokenExchange" },
    services: {
      inventory: {
        host: options.inventoryUrl,
        basePath: "/v1",
        audience: "inventory",
        endpoints: { item: "/items/{sku}" },
      },
      pricing: {
        host: options.pricingUrl,
        basePath: "/v1",
        audience: "pricing",
        endpoints: { price: "/prices/{sku}" },
      },
    },
    serverTiming: true,
  });
  const item = behalf.service("inventory").endpoint("item");
  const price = behalf.service("pricing").endpoint("price");

  const app = Fastify({ forceCloseConnections: true });
  app.register(behalfFastify(behalf));
  app.get<{ Params: { sku: string } }>("/orders/:sku", async ({ params }): Promise<Order> => {
    const [inventory, pricing] = await Promise.all([
      item.get({ params }).json(inventoryItemSchema).unwrap(),
      price.get({ params }).json(priceSchema).unwrap(),
    ]);
    const { name } = behalf.context.current()?.caller?.claims ?? {};
    return { sku: params.sku, customer: String(name), inventory, pricing };
  });
  app.get("/health", { config: { behalf: { anonymous: true } } }, async () => "ok");

  const records = recordCalls();
  const url = await app.listen({ host: "127.0.0.1", port: options.port ?? 0 });
  return {
    url,
    records: records.list,
    async close() {
      records.stop();
      await app.close();
    },
  };
}

/** Says who may come in: whoever has a token for the orders API, from the authorization server itself or by the sidecar. */
function toInbound({ assertionHeader, devProxyUrl }: OrdersApiOptions): InboundOptions {
  if (assertionHeader === undefined) return { audience: "orders-api" };
  return {
    type: "sidecar",
    audience: "orders-api",
    authorizationHeader: assertionHeader,
    ...(devProxyUrl === undefined ? {} : { devProxy: { url: devProxyUrl } }),
  };
}

function recordCalls(): { list(): readonly CallRecord[]; stop(): void } {
  const records: CallRecord[] = [];
  const keep = (record: unknown): void => void records.push(record as CallRecord);
  subscribe("behalf:call", keep);
  return { list: () => records, stop: () => unsubscribe("behalf:call", keep) };
}
