import Fastify from "fastify";
import { createNonces } from "./create-nonces.ts";
import { createProofCheck } from "./create-proof-check.ts";

/** What became of one request to the inventory. */
export interface Visit {
  readonly outcome: "served" | "invalid_token" | "invalid_dpop_proof" | "use_dpop_nonce";
  /** For whom it was served. */
  readonly subject: string | undefined;
  /** The header as it came: what a careless log would keep. */
  readonly authorization: string;
}

/** The inventory, running. */
export interface Inventory {
  readonly url: string;
  /** The requests so far, oldest first. */
  visits(): readonly Visit[];
  close(): Promise<void>;
}

/** Starts the inventory, which serves nobody who cannot prove the key of the token. Behalf takes no part in it. */
export async function startInventory(issuer: string): Promise<Inventory> {
  const visits: Visit[] = [];
  const nonces = createNonces();
  const check = createProofCheck({
    issuer,
    keysUrl: `${issuer}/jwks`,
    audience: "inventory",
    spendNonce: nonces.spend,
  });

  const app = Fastify({ forceCloseConnections: true });
  app.get<{ Params: { sku: string } }>("/items/:sku", async ({ method, headers, host, url, params }, reply) => {
    const { authorization = "" } = headers;
    const proof = [headers.dpop].flat()[0];
    const { origin, pathname } = new URL(url, `http://${host}`);
    const result = await check({ method, url: origin + pathname, authorization, proof });
    reply.header("dpop-nonce", nonces.issue());
    if ("claims" in result) {
      visits.push({ outcome: "served", subject: result.claims.sub, authorization });
      return { sku: params.sku, inStock: 12 };
    }
    visits.push({ outcome: result.refusal, subject: undefined, authorization });
    const challenge = `DPoP error="${result.refusal}", algs="ES256"`;
    return reply.code(401).header("www-authenticate", challenge).send({ error: result.refusal });
  });
  const url = await app.listen({ host: "127.0.0.1", port: 0 });
  return { url, visits: () => [...visits], close: async () => void (await app.close()) };
}
