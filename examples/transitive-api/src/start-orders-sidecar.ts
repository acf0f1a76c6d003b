import { type AuthorizationServer, type Sidecar, startSidecar } from "@behalf/dev";
import { findSecret } from "./find-secret.ts";
import { sidecarId } from "./server-options.ts";

/** The header in which the sidecar tells the orders API who calls. */
export const assertionHeader = "x-orders-assertion";

/** Starts the sidecar in front of the orders API: opaque tokens in, assertions for the orders API alone out. */
export function startOrdersSidecar(server: AuthorizationServer, ordersUrl: string): Promise<Sidecar> {
  return startSidecar({
    authority: server.issuer,
    clientId: sidecarId,
    clientSecret: findSecret(server, sidecarId),
    inbound: { type: "introspection", audience: sidecarId },
    services: {
      "orders-api": { host: ordersUrl, grantType: "tokenExchange", audience: "orders-api", scope: "orders:read" },
    },
    header: assertionHeader,
  });
}
