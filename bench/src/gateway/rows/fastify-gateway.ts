import type { IncomingMessage } from "node:http";
import { type FastifyInstance, fastify } from "fastify";

/** Gets the item from the backend, for a request that came in. */
export type GetItem = (sku: string, incoming: IncomingMessage) => Promise<unknown>;

/** What the gateways of Fastify differ in. */
export interface FastifyParts {
  /** Puts what looks at the caller's token before the route. */
  guard?(app: FastifyInstance): Promise<unknown>;
  readonly getItem: GetItem;
}

/** Serves a gateway of one route, and gives its origin. */
export async function serveFastifyGateway({ guard, getItem }: FastifyParts): Promise<string> {
  const app = fastify();
  await guard?.(app);
  app.get<{ Params: { sku: string } }>("/orders/:sku", ({ params, raw }) => getItem(params.sku, raw));
  return app.listen({ host: "127.0.0.1", port: 0 });
}
