import { parseArgs } from "node:util";
import { z } from "zod";
import { createOrdersBehalf } from "./create-orders-behalf.ts";
import { jobSchema } from "./job.ts";
import { work } from "./work.ts";

// A process of its own. Jobs come as messages of the process that has started it; it ends when that one lets go of it.

const orderSchema = z.object({ job: jobSchema, backend: z.enum(["inventory", "pricing"]) });

const option = { type: "string", default: "" } as const;
const { values } = parseArgs({ options: { issuer: option, inventoryUrl: option, pricingUrl: option } });
const behalf = createOrdersBehalf(values);

process.on("message", async (message) => {
  const { job, backend } = orderSchema.parse(message);
  process.send?.({ pid: process.pid, result: await work(behalf, job, backend) });
});
process.once("disconnect", () => void behalf.close());
