import type { ServeGateway } from "../gateway-row.ts";
import { serveExpressGateway } from "./express-gateway.ts";
import { createStaticClient } from "./static-client.ts";

/** A gateway that lets everybody in. */
export const serveExpress: ServeGateway = async (site) =>
  serveExpressGateway({ getItem: await createStaticClient(site) });
