import { auth } from "express-oauth2-jwt-bearer";
import { client } from "../../site/site.ts";
import type { ServeGateway } from "../gateway-row.ts";
import { serveExpressGateway } from "./express-gateway.ts";
import { createStaticClient } from "./static-client.ts";

/** `express-oauth2-jwt-bearer`, as its documentation has it. */
export const serveJwtBearer: ServeGateway = async (site) => {
  const guard = auth({ issuerBaseURL: site.authority, audience: client.id, tokenSigningAlg: "RS256" });
  return serveExpressGateway({
    // Express answers 401 for the guard's error; under this name it does not write it to the terminal besides.
    guard: (app) => void app.set("env", "test").use(guard),
    getItem: await createStaticClient(site),
  });
};
