import { createBehalf } from "behalf";
import { behalfFastify } from "behalf/fastify";
import Fastify from "fastify";
import type { RunningApi } from "./running-api.ts";

/** Starts c, the inventory: it calls nobody. Behalf validates its caller's token, and the route shows what that says. */
export async function startInventory(issuer: string): Promise<RunningApi> {
  const behalf = createBehalf({ authority: issuer, inbound: { audience: "inventory" }, services: {} });

  const app = Fastify({ forceCloseConnections: true });
  await app.register(behalfFastify(behalf));
  app.get<{ Params: { sku: string } }>("/items/:sku", async ({ params }) => {
    const { sub, aud, act } = behalf.context.current()?.caller?.claims ?? {};
    return { sku: params.sku, inStock: 12, token: { sub, aud, act } };
  });
  const url = await app.listen({ host: "127.0.0.1", port: 0 });
  return { url, close: async () => void (await app.close()) };
}
