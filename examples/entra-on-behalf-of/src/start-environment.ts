import { type AuthorizationServer, startAuthorizationServer } from "@behalf/dev";
import { type Backend, startBackend } from "behalf-example-backend";
import { type OrdersApi, startOrdersApi } from "./orders-api.ts";

/** Everything that the orders API lives among, and itself. */
export interface Environment {
  readonly server: AuthorizationServer;
  readonly inventory: Backend;
  readonly ordersApi: OrdersApi;
  close(): Promise<void>;
}

const clientSecret = "only-for-this-example";

/** Starts the authorization server, the inventory and the orders API, each on a free port. */
export async function startEnvironment(): Promise<Environment> {
  const server = await startAuthorizationServer({
    resources: [
      { name: "orders-api", uri: "api://orders-api", scopes: ["access_as_user"] },
      { name: "inventory", uri: "api://inventory", scopes: ["access_as_user"] },
    ],
    clients: [
      { id: "orders-api", secret: clientSecret, authentication: "client_secret_post", grants: ["onBehalfOf"] },
      { id: "orders-app", redirectUris: ["http://127.0.0.1/callback"] },
    ],
  });
  const { issuer } = server;
  const inventory = await startBackend({ issuer, name: "inventory", answer: { inStock: 12 } });
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

/** Asks the orders API for an article, as a person who is signed in to `orders-app`. Gives the text of the answer. */
export async function askAs(person: string, { server, ordersApi }: Environment): Promise<string> {
  const token = await server.issueAccessToken({ clientId: "orders-app", person, audience: "orders-api" });
  const response = await fetch(`${ordersApi.url}/orders/sku-1`, { headers: { authorization: `Bearer ${token}` } });
  return `${response.status} ${await response.text()}`;
}
