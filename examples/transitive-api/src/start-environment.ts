import { type AuthorizationServer, type Sidecar, startAuthorizationServer } from "@behalf/dev";
import type { Arrangement } from "./arrangement.ts";
import { findSecret } from "./find-secret.ts";
import { startOrdersApi } from "./orders-api.ts";
import type { OrdersApi, OrdersApiOptions } from "./orders-api-contract.ts";
import { createServerOptions, sidecarId } from "./server-options.ts";
import { type Backends, startBackends } from "./start-backends.ts";
import { assertionHeader, startOrdersSidecar } from "./start-orders-sidecar.ts";

/** Where people's requests go in. */
export interface Entrance {
  /** What they call. */
  readonly url: string;
  /** The resource that they sign in for. */
  readonly audience: string;
  /** Present where one takes part. */
  readonly sidecar?: Sidecar;
}

/** Everything that the orders API lives among, and itself. */
export interface Environment {
  readonly server: AuthorizationServer;
  readonly backends: Backends;
  readonly ordersApi: OrdersApi;
  readonly entrance: Entrance;
  close(): Promise<void>;
}

/** Keeps what was started, to be closed later; gives it back. */
type Keep = <part extends { close(): Promise<void> }>(part: part) => part;

/** Starts the authorization server, the backends, the orders API and what stands in front of it, each on a free port. */
export async function startEnvironment(arrangement: Arrangement = "direct"): Promise<Environment> {
  const started: { close(): Promise<void> }[] = [];
  const keep: Keep = (part) => {
    started.push(part);
    return part;
  };
  const close = async (): Promise<void> => {
    for (const part of started.splice(0).reverse()) await part.close();
  };
  try {
    const server = keep(await startAuthorizationServer(arrangement === "direct" ? {} : createServerOptions()));
    const backends = await startBackends(server.issuer);
    keep(backends.inventory);
    keep(backends.pricing);
    const options: OrdersApiOptions = {
      issuer: server.issuer,
      clientSecret: findSecret(server, "orders-api"),
      inventoryUrl: backends.inventory.url,
      pricingUrl: backends.pricing.url,
    };
    return { server, backends, close, ...(await startEntrance(arrangement, { server, options, keep })) };
  } catch (error) {
    await close();
    throw error;
  }
}

interface EntranceParts {
  readonly server: AuthorizationServer;
  readonly options: OrdersApiOptions;
  readonly keep: Keep;
}

async function startEntrance(
  arrangement: Arrangement,
  { server, options, keep }: EntranceParts,
): Promise<Pick<Environment, "ordersApi" | "entrance">> {
  if (arrangement === "direct") {
    const ordersApi = keep(await startOrdersApi(options));
    return { ordersApi, entrance: { url: ordersApi.url, audience: "orders-api" } };
  }
  const ordersApi = keep(await startOrdersApi({ ...options, assertionHeader }));
  const sidecar = keep(await startOrdersSidecar(server, ordersApi.url));
  if (arrangement === "sidecar") return { ordersApi, entrance: { url: sidecar.url, audience: sidecarId, sidecar } };

  // The sidecar stands in front of the one above; the developer runs another beside it.
  const own = keep(await startOrdersApi({ ...options, assertionHeader, devProxyUrl: sidecar.tokenUrl }));
  return { ordersApi: own, entrance: { url: own.url, audience: sidecarId, sidecar } };
}
