import type { ClientOptions } from "./client.ts";
import type { Person } from "./person.ts";
import type { ResourceOptions } from "./resource.ts";

/** The people who can sign in when none are given. */
export const defaultPeople: readonly Person[] = [
  { id: "alice", name: "Alice Archer", email: "alice@example.test" },
  { id: "bob", name: "Bob Baker", email: "bob@example.test" },
];

/** The resources that exist when none are given. */
export const defaultResources: readonly ResourceOptions[] = [
  { name: "orders-api", scopes: ["orders:read", "orders:write"] },
  { name: "inventory", scopes: ["inventory:read", "inventory:write"], defaultScopes: ["inventory:read"] },
  { name: "pricing", scopes: ["pricing:read"] },
];

/** The clients that exist when none are given. The secret is a constant of this package: it protects nothing. */
export const defaultClients: readonly ClientOptions[] = [
  { id: "orders-api", secret: "orders-api-development-secret" },
  { id: "orders-app", redirectUris: ["http://127.0.0.1/callback", "http://localhost/callback"] },
];
