import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { root, runNode } from "../../../test/support/run-program.ts";
import { type Environment, startEnvironment } from "./start-environment.ts";

describe("the program", () => {
  it("prints each run, and ends", async () => {
    const { code, stdout, stderr } = await runNode(["examples/client-credentials-job/dist/main.js"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toBe(`run 1: 12 pieces of sku-1, worth 240 EUR
run 2: 12 pieces of sku-1, worth 240 EUR
run 3: 12 pieces of sku-1, worth 240 EUR

What the backends saw:
  inventory: sub stock-report, client_id stock-report, act –
  inventory: sub stock-report, client_id stock-report, act –
  inventory: sub stock-report, client_id stock-report, act –
  pricing: sub price-reader, client_id price-reader, act –
  pricing: sub price-reader, client_id price-reader, act –
  pricing: sub price-reader, client_id price-reader, act –

What the authorization server saw:
  stock-report: proved by private_key_jwt, 1 token for all runs
  price-reader: proved by client_secret_basic, 1 token for all runs
`);
    expect(readFileSync(`${root}examples/client-credentials-job/README.md`, "utf8")).toContain(stdout);
  });
});

describe("the job", () => {
  let environment: Environment;
  beforeAll(async () => {
    environment = await startEnvironment();
    await environment.stockReport.run();
    await environment.stockReport.run();
  });
  afterAll(() => environment.close());

  it("calls each backend as the client that the backend knows", () => {
    const byItself = { actor: undefined, scope: expect.any(String) };
    const report = { subject: "stock-report", client: "stock-report", ...byItself };
    const reader = { subject: "price-reader", client: "price-reader", ...byItself };
    expect(environment.inventory.served()).toEqual([report, report]);
    expect(environment.pricing.served()).toEqual([reader, reader]);
  });

  it("asks for one token per client", () => {
    const requests = environment.server.tokenRequests.snapshot();
    expect(requests.map(({ clientId, outcome }) => [clientId, outcome])).toEqual([
      ["stock-report", "issued"],
      ["price-reader", "issued"],
    ]);
  });
});
