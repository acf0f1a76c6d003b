import { z } from "zod";

/** Who acts for the subject of a token, and for whom that one acts (RFC 8693 section 4.1). */
export interface Actor {
  readonly sub: string;
  readonly act?: Actor | undefined;
}

/** What the inventory answers: the article, and what it read from the token that came with the request. */
export interface Item {
  readonly sku: string;
  readonly inStock: number;
  readonly token: { readonly sub: string; readonly aud: string; readonly act: Actor };
}

const actorSchema: z.ZodType<Actor> = z.object({ sub: z.string(), act: z.lazy(() => actorSchema.optional()) });

/** Reads the inventory's answer. */
export const itemSchema: z.ZodType<Item> = z.object({
  sku: z.string(),
  inStock: z.number(),
  token: z.object({ sub: z.string(), aud: z.string(), act: actorSchema }),
});
