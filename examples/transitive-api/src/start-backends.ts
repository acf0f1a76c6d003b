import { type Backend, startBackend } from "./backend.ts";

/** The backends that the orders API calls. */
export interface Backends {
  readonly inventory: Backend;
  readonly pricing: Backend;
}

/** Starts the inventory and the pricing, which accept tokens of this issuer. */
export async function startBackends(issuer: string): Promise<Backends> {
  const [inventory, pricing] = await Promise.all([
    startBackend({
      issuer,
      name: "inventory",
      collection: "items",
      scope: "inventory:read",
      lookUp: (sku) => ({ inStock: toNumber(sku) % 40, warehouse: toNumber(sku) % 2 === 0 ? "Malmö" : "Aarhus" }),
    }),
    startBackend({
      issuer,
      name: "pricing",
      collection: "prices",
      scope: "pricing:read",
      lookUp: (sku) => ({ amount: 10 + (toNumber(sku) % 90), currency: "EUR" }),
    }),
  ]);
  return { inventory, pricing };
}

/** Gives the same number for the same article, so that answers can be compared. */
function toNumber(sku: string): number {
  return [...sku].reduce((sum, character) => (sum * 31 + (character.codePointAt(0) ?? 0)) % 10_007, 7);
}
