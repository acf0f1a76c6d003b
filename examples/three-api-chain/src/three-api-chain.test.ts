import { readFileSync } from "node:fs";
import { tokenExchangeGrant } from "@behalf/dev";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { root, runNode } from "../../../test/support/run-program.ts";
import { askAs, type Environment, startEnvironment } from "./start-environment.ts";

describe("the program", () => {
  it("prints the nested actors that the last API saw, and ends", async () => {
    const { code, stdout, stderr } = await runNode(["examples/three-api-chain/dist/main.js"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toBe(`alice → storefront → orders-api → inventory

The token that the inventory got:
{
  "sub": "alice",
  "aud": "inventory",
  "act": {
    "sub": "orders-api",
    "act": {
      "sub": "storefront"
    }
  }
}
Read aloud: orders-api, acting for storefront, acting for alice.

What the authorization server saw:
  token exchange by storefront: alice for orders-api, issued
  token exchange by orders-api: alice for inventory, issued
`);
    expect(readFileSync(`${root}examples/three-api-chain/README.md`, "utf8")).toContain(stdout);
  });
});

describe("the chain", () => {
  let environment: Environment;
  beforeAll(async () => {
    environment = await startEnvironment();
  });
  afterAll(() => environment.close());

  it("ends with the person as subject and both callers as actors", async () => {
    const [alice, bob] = await Promise.all([askAs("alice", environment), askAs("bob", environment)]);
    const act = { sub: "orders-api", act: { sub: "storefront" } };
    expect(alice.token).toEqual({ sub: "alice", aud: "inventory", act });
    expect(bob.token).toEqual({ sub: "bob", aud: "inventory", act });
  });

  it("exchanges once per person and hop", () => {
    const { tokenRequests } = environment.server;
    for (const subject of ["alice", "bob"]) {
      for (const [clientId, audience] of [
        ["storefront", "orders-api"],
        ["orders-api", "inventory"],
      ] as const) {
        expect(tokenRequests.count({ grantType: tokenExchangeGrant, clientId, subject, audience })).toBe(1);
      }
    }
    expect(tokenRequests.count()).toBe(4);
  });
});
