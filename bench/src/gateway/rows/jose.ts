import { createRemoteJWKSet, jwtVerify } from "jose";
import { client } from "../../site/site.ts";
import type { ServeGateway } from "../gateway-row.ts";
import { serveFastifyGateway } from "./fastify-gateway.ts";
import { readBearer } from "./read-bearer.ts";
import { createStaticClient } from "./static-client.ts";

/** A guard written by hand over `jose`: every request's signature is verified. */
export const serveJose: ServeGateway = async (site) => {
  const keys = createRemoteJWKSet(new URL(`${site.authority}/jwks`));
  const demands = { issuer: site.authority, audience: client.id, algorithms: ["RS256"], requiredClaims: ["exp"] };
  return serveFastifyGateway({
    guard: async (app) =>
      app.addHook("onRequest", async ({ headers }, reply) => {
        try {
          await jwtVerify(readBearer(headers.authorization), keys, demands);
        } catch {
          await reply.code(401).send({ error: "invalid_token" });
        }
      }),
    getItem: await createStaticClient(site),
  });
};
