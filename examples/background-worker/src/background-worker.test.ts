import { readFileSync } from "node:fs";
import { tokenExchangeGrant } from "@behalf/dev";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { root, runNode } from "../../../test/support/run-program.ts";
import { createOrdersBehalf, type OrdersBehalf } from "./create-orders-behalf.ts";
import type { Job } from "./job.ts";
import { askAs, type Environment, startEnvironment } from "./start-environment.ts";
import { work } from "./work.ts";

describe("the program", () => {
  it("prints what the worker could and could not, and ends", async () => {
    const { code, stdout, stderr } = await runNode(["examples/background-worker/dist/main.js"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toBe(`alice asks for a report within a minute: 202
alice asks for a report within 100 ms: 202
Both requests have ended, and the orders API has stopped. In the queue: 2 jobs

The worker, in another process:
  the first job: 12 pieces of sku-1
  the first job, for the pricing: refused, BEHALF_CAPABILITY_REFUSED: service
  the first job, one character changed: refused, BEHALF_CAPABILITY_REFUSED: unreadable
  the second job, too late: refused, BEHALF_CAPABILITY_REFUSED: expired

What the backends saw:
  inventory: orders-api for alice
  pricing: nobody

The authorization server was asked for 1 token.
`);
    expect(readFileSync(`${root}examples/background-worker/README.md`, "utf8")).toContain(stdout);
  });
});

describe("a job", () => {
  let environment: Environment;
  let behalf: OrdersBehalf;
  let job: Job;
  beforeAll(async () => {
    environment = await startEnvironment();
    behalf = createOrdersBehalf(environment.settings);
    expect(await askAs("bob", 60_000, environment)).toBe(202);
    job = environment.queue[0] ?? { sku: "", capability: "" };
  });
  afterAll(async () => {
    await behalf.close();
    await environment.close();
  });

  it("shows nothing of the person in the queue", () => {
    expect(job).toEqual({ sku: "sku-1", capability: expect.stringMatching(/^[\w.:~+/=-]{100,}$/) });
    const sealed = Buffer.from(job.capability.split(".").at(-1) ?? "", "base64url").toString("latin1");
    expect(sealed).not.toMatch(/"bob"|orders-api|inventory/);
  });

  it("is worked on for the person, by a token of the inventory's own", async () => {
    expect(await work(behalf, job, "inventory")).toBe("12 pieces of sku-1");
    const { inventory, server } = environment;
    expect(inventory.served()).toEqual([
      { subject: "bob", client: "orders-api", actor: "orders-api", scope: "inventory:read" },
    ]);
    const exchange = { grantType: tokenExchangeGrant, subject: "bob", audience: "inventory", outcome: "issued" };
    expect(server.tokenRequests.count(exchange)).toBe(1);
  });

  it("opens no other backend, and asks for no token of it", async () => {
    expect(await work(behalf, job, "pricing")).toBe("refused, BEHALF_CAPABILITY_REFUSED: service");
    expect(environment.pricing.served()).toEqual([]);
    expect(environment.server.tokenRequests.count({ audience: "pricing" })).toBe(0);
  });
});
