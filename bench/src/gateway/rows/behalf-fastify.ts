import { behalfFastify } from "behalf/fastify";
import type { ServeGateway } from "../gateway-row.ts";
import { createGatewayBehalf, type GatewayOptions } from "./create-gateway-behalf.ts";
import { serveFastifyGateway } from "./fastify-gateway.ts";

/** Behalf in Fastify, as its documentation has it. */
export const serveBehalfFastify =
  (options: GatewayOptions): ServeGateway =>
  async (site) => {
    const { behalf, getItem } = createGatewayBehalf(site, options);
    return serveFastifyGateway({ guard: async (app) => void (await app.register(behalfFastify(behalf))), getItem });
  };
