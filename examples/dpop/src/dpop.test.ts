import { readFileSync } from "node:fs";
import { decodeJwt } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { root, runNode } from "../../../test/support/run-program.ts";
import { ask, type Environment, signIn, startEnvironment } from "./start-environment.ts";
import { steal } from "./steal.ts";

describe("the program", () => {
  it("prints that the token is refused without its key, and ends", async () => {
    const { code, stdout, stderr } = await runNode(["examples/dpop/dist/main.js"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toBe(`alice asks:       200 {"sku":"sku-1","inStock":12}
alice asks again: 200 {"sku":"sku-1","inStock":12}

What the authorization server saw:
  orders-api: use_dpop_nonce
  orders-api: issued

What the inventory saw:
  use_dpop_nonce
  served alice
  served alice

The same token, stolen from the inventory's log:
  as a bearer token: 401 DPoP error="invalid_token", algs="ES256"
  without a proof: 401 DPoP error="invalid_dpop_proof", algs="ES256"
  with a proof by another key: 401 DPoP error="invalid_token", algs="ES256"
`);
    expect(readFileSync(`${root}examples/dpop/README.md`, "utf8")).toContain(stdout);
  });
});

describe("the inventory", () => {
  let environment: Environment;
  beforeAll(async () => {
    environment = await startEnvironment();
    const token = await signIn("bob", environment);
    for (let index = 0; index < 3; index++) await ask(token, environment);
  });
  afterAll(() => environment.close());

  it("asks for a nonce once, and gives the next one with each answer", () => {
    const { inventory } = environment;
    expect(inventory.visits().map(({ outcome }) => outcome)).toEqual(["use_dpop_nonce", "served", "served", "served"]);
  });

  it("sees one token, bound to a key", () => {
    const headers = new Set(environment.inventory.visits().map(({ authorization }) => authorization));
    expect(headers.size).toBe(1);
    const [scheme, token = ""] = String([...headers][0]).split(" ");
    expect(scheme).toBe("DPoP");
    expect(decodeJwt(token)).toMatchObject({ sub: "bob", cnf: { jkt: expect.any(String) } });
  });

  it("refuses that token to whoever has no key of it", async () => {
    const { inventory } = environment;
    const attempts = await steal(inventory);
    expect(attempts.map(({ answer }) => answer)).toEqual(
      [
        'DPoP error="invalid_token", algs="ES256"',
        'DPoP error="invalid_dpop_proof", algs="ES256"',
        'DPoP error="invalid_token", algs="ES256"',
      ].map((challenge) => `401 ${challenge}`),
    );
    expect(inventory.visits().filter(({ outcome }) => outcome === "served")).toHaveLength(3);
  });
});
