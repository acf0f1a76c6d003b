import { type AuthorizationServer, startAuthorizationServer } from "@behalf/dev";
import { type Inventory, startInventory } from "./inventory.ts";
import { type OrdersApi, startOrdersApi } from "./orders-api.ts";

/** Everything that the orders API lives among, and itself. */
export interface Environment {
  readonly server: AuthorizationServer;
  readonly inventory: Inventory;
  readonly ordersApi: OrdersApi;
  close(): Promise<void>;
}

const clientSecret = "only-for-this-example";

/** Starts the authorization server, the inventory and the orders API, each on a free port. */
export async function startEnvironment(): Promise<Environment> {
  const server = await startAuthorizationServer({
    dpop: { requireNonce: true },
    clients: [
      { id: "orders-api", secret: clientSecret, grants: ["tokenExchange"], dpopBoundAccessTokens: true },
      { id: "orders-app", redirectUris: ["http://127.0.0.1/callback"] },
    ],
  });
  const { issuer } = server;
  const inventory = await startInventory(issuer);
  const ordersApi = await startOrdersApi({ issuer, clientSecret, inventoryUrl: inventory.url });
  return {
    server,
    inventory,
    ordersApi,
    async close() {
      for (const part of [ordersApi, inventory, server]) await part.close();
    },
  };
}

/** Gives the token of a person who is signed in to `orders-app`. */
export function signIn(person: string, { server }: Environment): Promise<string> {
  return server.issueAccessToken({ clientId: "orders-app", person, audience: "orders-api" });
}

/** Asks the orders API for an article. Gives the text of the answer. */
export async function ask(token: string, { ordersApi }: Environment): Promise<string> {
  const response = await fetch(`${ordersApi.url}/orders/sku-1`, { headers: { authorization: `Bearer ${token}` } });
  return `${response.status} ${await response.text()}`;
}
