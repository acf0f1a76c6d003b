import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createClock, createScriptedAs, expectTokenFlow, fault } from "behalf/testing";
import { expect, it, onTestFinished } from "vitest";
import { createOrdersApi } from "./orders-api.ts";

/** Starts an inventory that answers everybody. It is asked over a connection, as in production. */
async function startInventory(): Promise<string> {
  const server = createServer((request, response) => {
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify({ path: request.url, inStock: 12 }));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** The orders API with everything around it; the authorization server has no port. */
async function open() {
  const clock = createClock(new Date("2026-01-01T12:00:00Z"));
  const as = await createScriptedAs({ clock, clients: [{ clientId: "orders-api", clientSecret: "secret" }] });
  const app = await createOrdersApi({
    authority: as.issuer,
    clientSecret: "secret",
    inventoryUrl: await startInventory(),
    replaced: { fetch: as.fetch, now: clock.now },
  });
  onTestFinished(async () => {
    await app.close();
    await as.close();
  });
  const ask = (token: string) => app.inject({ url: "/orders/sku-1", headers: { authorization: `Bearer ${token}` } });
  return { clock, as, app, ask };
}

it("calls the inventory on behalf of the caller", async () => {
  const { as, ask } = await open();
  const answer = await ask(await as.issue({ sub: "alice" }));
  expect([answer.statusCode, answer.json()]).toEqual([200, { path: "/items/sku-1", inStock: 12 }]);
  expectTokenFlow(as).toBe([
    { grant: "tokenExchange", client: "orders-api", subject: "alice", audience: "inventory", outcome: "issued" },
  ]);
});

it("turns away a caller without a token, and asks for none", async () => {
  const { as, app } = await open();
  const answer = await app.inject({ url: "/orders/sku-1" });
  expect([answer.statusCode, answer.headers["www-authenticate"]]).toEqual([401, "Bearer"]);
  expectTokenFlow(as).none();
});

it("gives each caller a token of their own, and asks for each once", async () => {
  const { as, ask } = await open();
  const [alice, bob] = [await as.issue({ sub: "alice" }), await as.issue({ sub: "bob" })];
  await Promise.all([alice, bob, alice, bob].map(ask));
  expectTokenFlow(as).toBeInAnyOrder([{ subject: "alice" }, { subject: "bob" }]);
});

it("is unavailable while the authorization server is, and comes back with it", async () => {
  const { clock, as, ask } = await open();
  const token = await as.issue({ sub: "alice" });
  as.faults.always("token", fault.status(503));
  const answer = await ask(token);
  expect(answer.statusCode).toBe(503);
  expect(answer.headers).toHaveProperty("retry-after");

  as.faults.clear();
  clock.advance(60_000);
  expect((await ask(token)).statusCode).toBe(200);
});

it("asks for another token when the one that it has is over", async () => {
  const { clock, as, ask } = await open();
  const token = await as.issue({ sub: "alice", exp: clock.now() / 1000 + 3600 });
  await ask(token);
  clock.advance(299_000);
  expect((await ask(token)).statusCode).toBe(200);
  expectTokenFlow(as).of({ subject: "alice", audience: "inventory" }).count(2);
});
