import { randomBytes } from "node:crypto";
import { type AuthorizationServer, startAuthorizationServer } from "@behalf/dev";
import { type Backend, startBackend } from "behalf-example-backend";
import type { OrdersSettings } from "./create-orders-behalf.ts";
import type { Job } from "./job.ts";
import { type OrdersApi, startOrdersApi } from "./orders-api.ts";

/** Everything that the orders API and its worker live among, the API itself, and the queue between the two. */
export interface Environment {
  readonly server: AuthorizationServer;
  readonly inventory: Backend;
  readonly pricing: Backend;
  readonly settings: OrdersSettings;
  readonly ordersApi: OrdersApi;
  readonly queue: readonly Job[];
  close(): Promise<void>;
}

/** Puts the secrets of the API and its worker where a platform would: into the environment of both. */
function makeSecrets(): string {
  const secret = randomBytes(32).toString("base64url");
  process.env.ORDERS_API_SECRET = secret;
  process.env.ORDERS_API_ENCRYPTION_KEY = randomBytes(32).toString("base64");
  return secret;
}

/** Starts everything but the worker, each on a free port. */
export async function startEnvironment(): Promise<Environment> {
  const server = await startAuthorizationServer({
    clients: [
      { id: "orders-api", secret: makeSecrets(), grants: ["tokenExchange"] },
      { id: "orders-app", redirectUris: ["http://127.0.0.1/callback"] },
    ],
  });
  const { issuer } = server;
  const inventory = await startBackend({ issuer, name: "inventory", answer: { inStock: 12 } });
  const pricing = await startBackend({ issuer, name: "pricing", answer: { amount: 20, currency: "EUR" } });
  const settings = { issuer, inventoryUrl: inventory.url, pricingUrl: pricing.url };
  const queue: Job[] = [];
  const ordersApi = await startOrdersApi(settings, queue);
  return {
    server,
    inventory,
    pricing,
    settings,
    ordersApi,
    queue,
    async close() {
      for (const part of [ordersApi, inventory, pricing, server]) await part.close();
    },
  };
}

/** Asks the orders API for a report, as a person who is signed in to `orders-app`. Gives the status of the answer. */
export async function askAs(person: string, withinMs: number, { server, ordersApi }: Environment): Promise<number> {
  const token = await server.issueAccessToken({ clientId: "orders-app", person, audience: "orders-api" });
  const response = await fetch(`${ordersApi.url}/reports`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify({ sku: "sku-1", withinMs }),
  });
  await response.body?.cancel();
  return response.status;
}
