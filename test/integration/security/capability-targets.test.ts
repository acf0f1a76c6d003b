import { HttpClientOptions } from "behalf";
import { describe, expect, it } from "vitest";
import { the } from "../../support/the.ts";
import { openDetach } from "../delegation/open-detach.ts";

const refused = { ok: false, error: { name: "CapabilityError", code: "BEHALF_CAPABILITY_REFUSED", reason: "service" } };

describe("a capability for inventory", () => {
  it.each(["shipping", "own", "depends", "gateway", "public"] as const)(
    "takes no token of inventory's to %s",
    async (name) => {
      const { behalf, world, detach } = await openDetach();
      const { authConfig } = behalf.service("inventory");
      const clientOptions = new HttpClientOptions({ authConfig });
      const call = async () => behalf.service(name).get("/secret", { clientOptions });
      expect(await behalf.runWith(await detach(), call)).toMatchObject(refused);
      expect(await behalf.runWith((await detach()).seal(), call)).toMatchObject(refused);
      world.expectSilence();
    },
  );

  it("takes none to shipping as what somebody else authorizes", async () => {
    const { behalf, world, detach } = await openDetach();
    const { authConfig } = behalf.service("inventory");
    const authorizationService = { authorize: () => behalf.service("inventory").authenticate() };
    for (const name of ["shipping", "public"] as const) {
      const own = new HttpClientOptions({ authConfig: behalf.service(name).authConfig, authorizationService });
      for (const clientOptions of [own, own.withAuthConfig(authConfig)]) {
        const call = async () => behalf.service(name).get("/", { clientOptions });
        expect(await behalf.runWith(await detach(), call)).toMatchObject(refused);
      }
    }
    world.expectSilence();
  });

  it.each([
    ["audience", { audience: the.otherAudience }],
    ["resource", { resource: the.resource }],
    ["audience, though it is the same", { audience: the.audience }],
    ["audience, though it is none", { audience: [] }],
  ])("makes no token for another %s", async (_name, options) => {
    const { behalf, world, detach } = await openDetach();
    const capability = await detach();
    const inventory = behalf.service("inventory");
    for (const call of [() => inventory.get("/", options), () => inventory.endpoint("item").get(options)]) {
      expect(await behalf.runWith(capability, async () => call())).toMatchObject(refused);
    }
    world.expectSilence();
  });

  it("calls inventory by its own options, and what takes no token", async () => {
    const { behalf, world, detach } = await openDetach();
    const clientOptions = new HttpClientOptions({ authConfig: behalf.service("inventory").authConfig });
    await behalf.runWith(await detach(), async () => {
      await behalf.service("inventory").get("/", { clientOptions, scope: the.scope }).unwrap();
      await behalf.service("public").get("/").unwrap();
    });
    expect(world.backend.requests.map(({ token }) => token !== undefined)).toEqual([true, false]);
  });
});

describe("a refreshable capability for a service that forwards", () => {
  it("forwards nothing: the caller's own token is not there", async () => {
    const { behalf, world, detach } = await openDetach();
    const capability = await detach(["gateway"], true);
    const count = world.as.count("token");
    for (const given of [capability, capability.seal()]) {
      const outcome = await behalf.runWith(given, async () => behalf.service("gateway").get("/"));
      expect(outcome).toMatchObject({
        ok: false,
        error: { name: "MissingContextError", code: "BEHALF_CONTEXT_MISSING" },
      });
    }
    expect([world.as.count("token"), world.backend.requests.length]).toEqual([count, 0]);
  });
});
