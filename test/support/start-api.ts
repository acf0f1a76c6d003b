import type { AddressInfo } from "node:net";
import { type AnyBehalf, behalfFastify } from "behalf/fastify";
import Fastify, { type FastifyInstance } from "fastify";
import { onTestFinished } from "vitest";

/** Starts an API on 127.0.0.1 that is closed, with its Behalf, when the current test ends. Gives its origin. */
export async function startApi(behalf: AnyBehalf, addRoutes: (app: FastifyInstance) => void): Promise<string> {
  const app = Fastify();
  onTestFinished(() => app.close());
  await app.register(behalfFastify(behalf));
  addRoutes(app);
  await app.listen({ host: "127.0.0.1", port: 0 });
  const { port } = app.server.address() as AddressInfo;
  return `http://127.0.0.1:${port}`;
}

/** The header that carries a bearer token. */
export function bearer(token: string): { readonly authorization: string } {
  return { authorization: `Bearer ${token}` };
}
