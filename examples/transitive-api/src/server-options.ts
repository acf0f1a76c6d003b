import { randomUUID } from "node:crypto";
import type { AuthorizationServerOptions } from "@behalf/dev";

/** The client that the sidecar is, and the resource that people sign in for where there is one. */
export const sidecarId = "orders-sidecar";

const assertionLifetimeMs = 120_000;

/** What the authorization server has to know where a sidecar takes part. */
export function createServerOptions(): AuthorizationServerOptions {
  return {
    resources: [
      { name: sidecarId, scopes: ["orders:read", "orders:write"], tokenFormat: "opaque" },
      {
        name: "orders-api",
        scopes: ["orders:read", "orders:write"],
        accessTokenLifetimeMs: assertionLifetimeMs,
        tellsPerson: true,
      },
      { name: "inventory", scopes: ["inventory:read"] },
      { name: "pricing", scopes: ["pricing:read"] },
    ],
    clients: [
      { id: sidecarId, secret: randomUUID(), grants: ["tokenExchange"], audiences: ["orders-api"] },
      { id: "orders-api", secret: randomUUID() },
      { id: "orders-app", redirectUris: ["http://127.0.0.1/callback"], audiences: [sidecarId] },
    ],
  };
}
