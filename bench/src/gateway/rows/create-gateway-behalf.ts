import { type Behalf, createBehalf } from "behalf";
import { audience, client, type Site } from "../../site/site.ts";

/** Behalf as a gateway has it, and its way to the item. */
export interface GatewayBehalf {
  readonly behalf: Omit<Behalf, "service" | "explain">;
  getItem(sku: string): Promise<unknown>;
}

/** How a gateway is told of the current request. */
export interface GatewayOptions {
  readonly ambientContext: boolean;
}

/** Creates Behalf that validates callers and exchanges their tokens. */
export function createGatewayBehalf(
  { authority, backend }: Site,
  { ambientContext }: GatewayOptions = { ambientContext: true },
): GatewayBehalf {
  const behalf = createBehalf({
    ambientContext,
    authority,
    clientId: client.id,
    clientSecret: client.secret,
    environment: false,
    inbound: { audience: client.id },
    services: {
      inventory: {
        host: backend,
        basePath: "/v1",
        audience,
        grantType: "tokenExchange",
        endpoints: { item: "/items/{sku}" },
      },
    },
  });
  const item = behalf.service("inventory").endpoint("item");
  return { behalf, getItem: (sku) => item.get({ params: { sku } }).json().unwrap() };
}
