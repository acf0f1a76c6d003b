import { behalfFastify } from "behalf/fastify";
import Fastify from "fastify";
import { z } from "zod";
import { createOrdersBehalf, type OrdersSettings } from "./create-orders-behalf.ts";
import type { Job } from "./job.ts";

const requestSchema = z.object({ sku: z.string(), withinMs: z.number() });

/** The orders API, running. */
export interface OrdersApi {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Starts the orders API. `POST /reports` is answered at once: the work goes into the queue, with the right to call the
 * inventory, and nothing else, on behalf of the caller, for as long as the request says.
 */
export async function startOrdersApi(settings: OrdersSettings, queue: Job[]): Promise<OrdersApi> {
  const behalf = createOrdersBehalf(settings);
  const app = Fastify({ forceCloseConnections: true });
  await app.register(behalfFastify(behalf));
  app.post("/reports", async ({ body }, reply) => {
    const { sku, withinMs } = requestSchema.parse(body);
    const capability = await behalf.context.detach({ services: ["inventory"], ttlMs: withinMs }).unwrap();
    queue.push({ sku, capability: capability.seal() });
    return reply.code(202).send({ until: capability.expiresAt });
  });
  const url = await app.listen({ host: "127.0.0.1", port: 0 });
  return { url, close: async () => void (await app.close()) };
}
