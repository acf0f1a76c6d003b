import { describe, expect, it } from "vitest";
import { listenTo } from "../../support/channel-records.ts";
import { answer } from "../../support/scripted-backend.ts";
import { openCalls } from "./open-calls.ts";

describe("the fetch of a service", () => {
  it("ends with the time that is configured", async () => {
    const { backend, behalf } = await openCalls({ inventory: { grantType: "none", timeoutMs: 100 } });
    backend.handle(answer.hang());
    await expect(behalf.service("inventory").fetch("items")).rejects.toMatchObject({
      code: "BEHALF_BACKEND_TIMEOUT",
      service: "inventory",
    });
  });

  it("waits for its token no longer either", async () => {
    const { as, behalf } = await openCalls({ inventory: { timeoutMs: 100 } });
    const held = as.hold("token");
    await expect(behalf.service("inventory").fetch("items")).rejects.toMatchObject({ code: "BEHALF_TOKEN_TIMEOUT" });
    held.release();
  });

  it("is recorded under the name of the service", async () => {
    const records = listenTo("behalf:call");
    const { behalf } = await openCalls();
    await behalf.service("inventory").fetch("items");
    expect(records()).toMatchObject([{ service: "inventory", endpoint: "-", status: 200 }]);
  });

  it("gives a redirect that is asked for as it is, after a new token too", async () => {
    const { backend, behalf } = await openCalls({ inventory: { maxRedirects: 3 } });
    await behalf.service("inventory").fetch("items");
    backend.next(answer.unauthorized(), answer.redirect("/v1/other"));
    const { status } = await behalf.service("inventory").fetch("items", { redirect: "manual" });
    expect(status).toBe(302);
    expect(backend.requests).toHaveLength(3);
  });
});
