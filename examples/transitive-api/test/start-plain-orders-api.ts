import Fastify from "fastify";
import { decodeJwt } from "jose";
import * as openid from "openid-client";
import type { CallRecord } from "../src/call-record.ts";
import type { OrdersApi, OrdersApiOptions } from "../src/orders-api-contract.ts";

/** An orders API written by hand and without care for failures: shows that the parties around it see what they must. */
export async function startPlainOrdersApi(options: OrdersApiOptions): Promise<OrdersApi> {
  const { issuer, clientSecret, inventoryUrl, pricingUrl } = options;
  const client = await openid.discovery(new URL(issuer), "orders-api", clientSecret, undefined, {
    execute: [openid.allowInsecureRequests],
  });
  const tokens = new Map<string, Promise<string>>();
  const records: CallRecord[] = [];

  const exchange = async (subjectToken: string, audience: string): Promise<string> => {
    const answer = await openid.genericGrantRequest(client, "urn:ietf:params:oauth:grant-type:token-exchange", {
      subject_token: subjectToken,
      subject_token_type: "urn:ietf:params:oauth:token-type:access_token",
      audience,
    });
    return answer.access_token;
  };

  const call = async (callersToken: string, service: string, url: string): Promise<unknown> => {
    const started = performance.now();
    const messageId = crypto.randomUUID();
    const key = `${callersToken} ${service}`;
    const tokenSource = tokens.has(key) ? "memory" : "server";
    const token = tokens.get(key) ?? exchange(callersToken, service);
    tokens.set(key, token);
    const headers = { authorization: `Bearer ${await token}`, "x-request-id": messageId };
    const answer = await (await fetch(url, { headers })).json();
    const durationMs = performance.now() - started;
    records.push({ service, grant: "tokenExchange", tokenSource, durationMs, messageId });
    return answer;
  };

  const app = Fastify({ forceCloseConnections: true });
  app.get<{ Params: { sku: string } }>("/orders/:sku", async ({ params: { sku }, headers }) => {
    const token = (headers.authorization ?? "").slice("Bearer ".length);
    const [inventory, pricing] = await Promise.all([
      call(token, "inventory", `${inventoryUrl}/v1/items/${sku}`),
      call(token, "pricing", `${pricingUrl}/v1/prices/${sku}`),
    ]);
    return { sku, customer: decodeJwt(token).name, inventory, pricing };
  });
  const url = await app.listen({ host: "127.0.0.1", port: 0 });
  return { url, records: () => records, close: async () => void (await app.close()) };
}
