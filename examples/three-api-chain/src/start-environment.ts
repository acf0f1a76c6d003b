import { type AuthorizationServer, startAuthorizationServer } from "@behalf/dev";
import { type Item, itemSchema } from "./answers.ts";
import { startInventory } from "./inventory.ts";
import { startOrdersApi } from "./orders-api.ts";
import type { RunningApi } from "./running-api.ts";
import { startStorefront } from "./storefront.ts";

/** The authorization server, and the first API of the chain. */
export interface Environment {
  readonly server: AuthorizationServer;
  readonly storefront: RunningApi;
  close(): Promise<void>;
}

const storefrontSecret = "only-for-this-example";
const ordersSecret = "another-one-for-this-example";

/** Starts the authorization server and the three APIs, each on a free port. */
export async function startEnvironment(): Promise<Environment> {
  const server = await startAuthorizationServer({
    resources: [
      { name: "storefront", scopes: ["shop"] },
      { name: "orders-api", scopes: ["orders:read"] },
      { name: "inventory", scopes: ["inventory:read"] },
    ],
    clients: [
      { id: "storefront", secret: storefrontSecret, grants: ["tokenExchange"], audiences: ["orders-api"] },
      { id: "orders-api", secret: ordersSecret, grants: ["tokenExchange"], audiences: ["inventory"] },
      { id: "web-app", redirectUris: ["http://127.0.0.1/callback"] },
    ],
  });
  const { issuer } = server;
  const inventory = await startInventory(issuer);
  const ordersApi = await startOrdersApi({ issuer, clientSecret: ordersSecret, nextUrl: inventory.url });
  const storefront = await startStorefront({ issuer, clientSecret: storefrontSecret, nextUrl: ordersApi.url });
  return {
    server,
    storefront,
    async close() {
      for (const part of [storefront, ordersApi, inventory, server]) await part.close();
    },
  };
}

/** Asks the storefront for an article, as a person who is signed in to `web-app`. */
export async function askAs(person: string, { server, storefront }: Environment): Promise<Item> {
  const token = await server.issueAccessToken({ clientId: "web-app", person, audience: "storefront" });
  const response = await fetch(`${storefront.url}/basket/sku-1`, { headers: { authorization: `Bearer ${token}` } });
  if (!response.ok) throw new Error(`the storefront answered ${response.status}: ${await response.text()}`);
  return itemSchema.parse(await response.json());
}
