import type { ServeGateway } from "../gateway-row.ts";
import { serveFastifyGateway } from "./fastify-gateway.ts";
import { createStaticClient } from "./static-client.ts";

/** A gateway that lets everybody in. */
export const serveFastify: ServeGateway = async (site) =>
  serveFastifyGateway({ getItem: await createStaticClient(site) });
