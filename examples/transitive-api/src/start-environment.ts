import { type AuthorizationServer, startAuthorizationServer } from "@behalf/dev";
import { startOrdersApi } from "./orders-api.ts";
import type { OrdersApi } from "./orders-api-contract.ts";
import { type Backends, startBackends } from "./start-backends.ts";

/** Everything that the orders API lives among, and itself. */
export interface Environment {
  readonly server: AuthorizationServer;
  readonly backends: Backends;
  readonly ordersApi: OrdersApi;
  close(): Promise<void>;
}

/** Starts the authorization server, the backends and the orders API, each on a free port. */
export async function startEnvironment(): Promise<Environment> {
  const started: { close(): Promise<void> }[] = [];
  const close = async (): Promise<void> => {
    for (const part of started.splice(0).reverse()) await part.close();
  };
  try {
    const server = await startAuthorizationServer();
    started.push(server);
    const backends = await startBackends(server.issuer);
    started.push(backends.inventory, backends.pricing);
    const ordersApi = await startOrdersApi({
      issuer: server.issuer,
      clientSecret: findSecret(server, "orders-api"),
      inventoryUrl: backends.inventory.url,
      pricingUrl: backends.pricing.url,
    });
    started.push(ordersApi);
    return { server, backends, ordersApi, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function findSecret({ clients }: AuthorizationServer, clientId: string): string {
  const secret = clients.find(({ id }) => id === clientId)?.secret;
  if (secret === undefined) throw new TypeError(`the authorization server has no client ${clientId} with a secret`);
  return secret;
}
