import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { afterEach, beforeEach, describe, it } from "node:test";
import { createClock, expectTokenFlow, startScriptedAs } from "behalf/testing";
import { createOrdersApi } from "../src/orders-api.js";

/** Starts a backend that answers everybody with its name. */
async function startBackend(name) {
  const server = createServer((_request, response) => {
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ from: name }));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

describe("GET /orders/{sku}", () => {
  let clock, as, backends, app, url;

  beforeEach(async () => {
    clock = createClock();
    as = await startScriptedAs({ clock, clients: [{ clientId: "orders-api", clientSecret: "secret" }] });
    backends = await Promise.all(["inventory", "pricing"].map(startBackend));
    const [inventoryUrl, pricingUrl] = backends.map((backend) => backend.url);
    const options = { authority: as.issuer, clientSecret: "secret", inventoryUrl, pricingUrl, now: clock.now };
    app = await createOrdersApi(options);
    url = `${await app.listen({ host: "127.0.0.1", port: 0 })}/orders/sku-1`;
  });

  afterEach(async () => {
    await app.close();
    await as.close();
    for (const backend of backends) backend.close();
  });

  const ask = (token) => fetch(url, { headers: token ? { authorization: `Bearer ${token}` } : {} });

  it("calls each backend with the token that it wants", async () => {
    const response = await ask(await as.issue({ sub: "alice" }));
    assert.deepEqual(await response.json(), { item: { from: "inventory" }, price: { from: "pricing" } });
    expectTokenFlow(as).toBe([
      { grant: "tokenExchange", subject: "alice", audience: "inventory" },
      { grant: "clientCredentials", subject: undefined, scope: "prices:read" },
    ]);
  });

  it("turns away a caller without a token, and asks for none", async () => {
    assert.equal((await ask()).status, 401);
    expectTokenFlow(as).none();
  });

  it("turns away a caller whose token is for another API", async () => {
    assert.equal((await ask(await as.issue({ sub: "alice", aud: "billing-api" }))).status, 401);
    expectTokenFlow(as).none();
  });

  it("serves those whose tokens last while the authorization server is down, and nobody else", async () => {
    const [alice, bob] = [await as.issue({ sub: "alice" }), await as.issue({ sub: "bob" })];
    await ask(alice);
    as.faults.down();
    assert.deepEqual([(await ask(alice)).status, (await ask(bob)).status], [200, 503]);
  });

  it("asks for new tokens when the ones that it has are over", async () => {
    const alice = await as.issue({ sub: "alice", exp: clock.now() / 1000 + 3600 });
    await ask(alice);
    clock.advance(299_000);
    assert.equal((await ask(alice)).status, 200);
    expectTokenFlow(as).of({ grant: "tokenExchange" }).count(2);
    expectTokenFlow(as).of({ grant: "clientCredentials" }).count(2);
  });
});
