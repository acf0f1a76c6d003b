import { readFileSync } from "node:fs";
import { jwtBearerGrant } from "@behalf/dev";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { root, runNode } from "../../../test/support/run-program.ts";
import { askAs, type Environment, startEnvironment } from "./start-environment.ts";

describe("the program", () => {
  it("prints what both people and the servers saw, and ends", async () => {
    const { code, stdout, stderr } = await runNode(["examples/entra-on-behalf-of/dist/main.js"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toBe(`alice asks: 200 {"sku":"sku-1","inStock":12}
bob asks: 200 {"sku":"sku-1","inStock":12}

What the inventory saw:
  sub alice, client_id orders-api, scope access_as_user, act –
  sub bob, client_id orders-api, scope access_as_user, act –

What the authorization server saw:
  urn:ietf:params:oauth:grant-type:jwt-bearer by orders-api: alice for inventory, issued
  urn:ietf:params:oauth:grant-type:jwt-bearer by orders-api: bob for inventory, issued
`);
    expect(readFileSync(`${root}examples/entra-on-behalf-of/README.md`, "utf8")).toContain(stdout);
  });
});

describe("the orders API", () => {
  let environment: Environment;
  beforeAll(async () => {
    environment = await startEnvironment();
  });
  afterAll(() => environment.close());

  it("calls the inventory on behalf of the person who asks", async () => {
    expect(await askAs("bob", environment)).toBe('200 {"sku":"sku-1","inStock":12}');
    expect(environment.inventory.served().at(-1)).toMatchObject({ subject: "bob", client: "orders-api" });
    expect(environment.server.tokenRequests.snapshot()).toEqual([
      expect.objectContaining({ grantType: jwtBearerGrant, subject: "bob", audience: "inventory", outcome: "issued" }),
    ]);
  });

  it("refuses a token that is not for it", async () => {
    const { server, ordersApi } = environment;
    const token = await server.issueAccessToken({ clientId: "orders-app", person: "bob", audience: "inventory" });
    const headers = { authorization: `Bearer ${token}` };
    expect((await fetch(`${ordersApi.url}/orders/sku-1`, { headers })).status).toBe(401);
  });
});
