import { type Behalf, createBehalf, fromEnv } from "behalf";

/** What both the orders API and its worker have to be told. Their secrets stand in the environment. */
export interface OrdersSettings {
  readonly issuer: string;
  readonly inventoryUrl: string;
  readonly pricingUrl: string;
}

/** Behalf as the orders API and its worker use it. */
export type OrdersBehalf = Behalf<{
  readonly inventory: { readonly item: "/items/{sku}" };
  readonly pricing: { readonly price: "/prices/{sku}" };
}>;

/** Configures Behalf. The worker is the same client as the API, and has the same keys: it opens what the API has sealed. */
export function createOrdersBehalf({ issuer, inventoryUrl, pricingUrl }: OrdersSettings): OrdersBehalf {
  return createBehalf({
    authority: issuer,
    clientId: "orders-api",
    clientSecret: fromEnv("ORDERS_API_SECRET"),
    encryptionKeys: [{ id: "2026-1", key: fromEnv("ORDERS_API_ENCRYPTION_KEY") }],
    inbound: { audience: "orders-api" },
    serviceDefaults: { grantType: "tokenExchange" },
    services: {
      inventory: { host: inventoryUrl, audience: "inventory", endpoints: { item: "/items/{sku}" } },
      pricing: { host: pricingUrl, audience: "pricing", endpoints: { price: "/prices/{sku}" } },
    },
  });
}
