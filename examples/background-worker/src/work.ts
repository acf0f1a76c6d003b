import { CapabilityError } from "behalf";
import { z } from "zod";
import type { OrdersBehalf } from "./create-orders-behalf.ts";
import type { Job } from "./job.ts";

const itemSchema = z.object({ inStock: z.number() });

/** What a job is worked on with: the inventory, or the pricing, which its capability is not for. */
export type Backend = "inventory" | "pricing";

/** Works on a job on behalf of the person who has asked for it. Gives what a person can read. */
export async function work(behalf: OrdersBehalf, { sku, capability }: Job, backend: Backend): Promise<string> {
  try {
    return await behalf.runWith(capability, async () => {
      const params = { sku };
      if (backend === "pricing")
        return await behalf.service("pricing").endpoint("price").get({ params }).text().unwrap();
      const item = behalf.service("inventory").endpoint("item");
      return `${(await item.get({ params }).json(itemSchema).unwrap()).inStock} pieces of ${sku}`;
    });
  } catch (error) {
    if (error instanceof CapabilityError) return `refused, ${error.code}: ${error.reason}`;
    throw error;
  }
}
