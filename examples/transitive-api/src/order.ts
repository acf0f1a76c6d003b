import { z } from "zod";

/** What the inventory answers. */
export interface InventoryItem {
  readonly sku: string;
  readonly inStock: number;
  readonly warehouse: string;
  /** The `sub` of the token that came with the request. */
  readonly servedTo: string;
}

/** What the pricing answers. */
export interface Price {
  readonly sku: string;
  readonly amount: number;
  readonly currency: string;
  /** The `sub` of the token that came with the request. */
  readonly servedTo: string;
}

/** What the orders API answers to `GET /orders/{sku}`. */
export interface Order {
  readonly sku: string;
  /** The name of the person who asked, as it stands in the caller's token. */
  readonly customer: string;
  readonly inventory: InventoryItem;
  readonly pricing: Price;
}

/** Reads an answer of the inventory. */
export const inventoryItemSchema: z.ZodType<InventoryItem> = z.object({
  sku: z.string(),
  inStock: z.number(),
  warehouse: z.string(),
  servedTo: z.string(),
});

/** Reads an answer of the pricing. */
export const priceSchema: z.ZodType<Price> = z.object({
  sku: z.string(),
  amount: z.number(),
  currency: z.string(),
  servedTo: z.string(),
});

/** Reads an answer of the orders API. */
export const orderSchema: z.ZodType<Order> = z.object({
  sku: z.string(),
  customer: z.string(),
  inventory: inventoryItemSchema,
  pricing: priceSchema,
});
