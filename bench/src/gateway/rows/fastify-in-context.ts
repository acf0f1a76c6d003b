import { AsyncLocalStorage } from "node:async_hooks";
import type { ServeGateway } from "../gateway-row.ts";
import { serveFastifyGateway } from "./fastify-gateway.ts";
import { createStaticClient } from "./static-client.ts";

/** A gateway that lets everybody in, and keeps what belongs to a request as every application does that logs or traces. */
export const serveFastifyInContext: ServeGateway = async (site) => {
  const storage = new AsyncLocalStorage<object>();
  return serveFastifyGateway({
    guard: async (app) => void app.addHook("onRequest", (request, _reply, done) => storage.run(request, done)),
    getItem: await createStaticClient(site),
  });
};
