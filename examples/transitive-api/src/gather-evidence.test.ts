import { startAuthorizationServer, tokenExchangeGrant } from "@behalf/dev";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startPlainOrdersApi } from "../test/start-plain-orders-api.ts";
import { gatherEvidence } from "./gather-evidence.ts";
import { type Evidence, judge } from "./judge.ts";
import type { OrdersApi } from "./orders-api-contract.ts";
import { startBackends } from "./start-backends.ts";
import { startEnvironment } from "./start-environment.ts";
import { renderTable } from "./table.ts";

let evidence: Evidence;
const started: Pick<OrdersApi, "close">[] = [];

beforeAll(async () => {
  const server = await startAuthorizationServer();
  const backends = await startBackends(server.issuer);
  const ordersApi = await startPlainOrdersApi({
    issuer: server.issuer,
    clientSecret: server.clients.find(({ id }) => id === "orders-api")?.secret ?? "",
    inventoryUrl: backends.inventory.url,
    pricingUrl: backends.pricing.url,
  });
  started.push(ordersApi, backends.inventory, backends.pricing, server);
  const entrance = { url: ordersApi.url, audience: "orders-api" };
  evidence = await gatherEvidence({ server, backends, ordersApi, entrance, close: async () => {} }, 20);
});
afterAll(async () => {
  for (const part of started) await part.close();
});

describe("gatherEvidence", () => {
  it("sees every request answered to the person who sent it", () => {
    expect(judge(evidence)).toEqual([]);
    expect(evidence.answers.filter(({ customer }) => customer === "Bob Baker")).toHaveLength(10);
  });

  it("mixes the people's requests", () => {
    const people = evidence.answers.map(({ person }) => person);
    const changes = people.filter((person, index) => index > 0 && person !== people[index - 1]);
    expect(changes.length).toBeGreaterThan(3);
    expect(changes.length).toBeLessThan(19);
  });

  it("has a row for each person and backend", () => {
    const table = renderTable(evidence.hops, { color: false });
    expect(table).toMatch(/alice +pricing +10 +1 +9/);
    expect(table).toMatch(/bob +inventory +10 +1 +9/);
  });
});

describe("the orders API built with Behalf", () => {
  it("answers 50 mixed requests right, by one exchange per person and backend", async () => {
    const environment = await startEnvironment();
    started.push(environment);
    expect(judge(await gatherEvidence(environment, 50))).toEqual([]);
    expect(environment.server.tokenRequests.count({ grantType: tokenExchangeGrant })).toBe(4);
  });

  it.each(["sidecar", "devProxy"] as const)("answers them right to opaque tokens, by %s", async (arrangement) => {
    const environment = await startEnvironment(arrangement);
    started.push(environment);
    expect(judge(await gatherEvidence(environment, 50))).toEqual([]);
    const exchanges = (clientId: string) =>
      environment.server.tokenRequests.count({ grantType: tokenExchangeGrant, clientId });
    expect([exchanges("orders-sidecar"), exchanges("orders-api")]).toEqual([2, 4]);
  });

  it.each(["sidecar", "devProxy"] as const)("answers 401 to a token that nobody knows, by %s", async (arrangement) => {
    const { entrance, ...environment } = await startEnvironment(arrangement);
    started.push(environment);
    const { status, headers } = await fetch(`${entrance.url}/orders/sku-1`, {
      headers: { authorization: "Bearer unknown" },
    });
    expect([status, headers.get("www-authenticate")]).toEqual([401, expect.stringContaining("invalid_token")]);
  });

  it("answers nobody who passes the sidecar by", async () => {
    const { ordersApi, server, ...environment } = await startEnvironment("sidecar");
    started.push(environment);
    const token = await server.issueAccessToken({
      clientId: "orders-app",
      person: "alice",
      audience: "orders-sidecar",
    });
    const authorization = `Bearer ${token}`;
    const answers = await Promise.all(
      [{ authorization }, { "x-orders-assertion": authorization }].map((headers) =>
        fetch(`${ordersApi.url}/orders/sku-1`, { headers }),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual([401, 401]);
  });
});
