import { createBehalf } from "behalf";
import { describe, expect, it } from "vitest";
import { closeAfterTest } from "../../support/open-behalf.ts";
import { fault } from "../../support/scripted-as.ts";
import { exchanging, openWorld } from "../delegation/open-world.ts";

const toType = (name: string): string => `urn:ietf:params:oauth:token-type:${name}`;

async function openWith(requestedTokenType: string) {
  const world = await openWorld();
  const answered = { access_token: "opens-nothing", token_type: "N_A", issued_token_type: requestedTokenType };
  world.as.faults.always("token", fault.change(answered));
  const { url: host } = world.backend;
  const services = {
    service: { host, ...exchanging, requestedTokenType },
    endpoint: { host, ...exchanging, endpoints: { item: { path: "/", requestedTokenType } } },
    depends: { host, ...exchanging, grantType: "automatic", requestedTokenType },
  } as const;
  const behalf = closeAfterTest(createBehalf({ ...world.root, services }));
  const alice = await world.receive(behalf);
  const calls = {
    "services.service": () => behalf.service("service").get("/"),
    "services.endpoint.endpoints.item": () => behalf.service("endpoint").endpoint("item").get(),
    "services.depends": () => behalf.service("depends").get("/"),
  };
  return { world, alice, calls };
}

describe("a service that asks for what is no access token", () => {
  it.each(["refresh_token", "id-jag"])("is refused before anything is sent: %s", async (name) => {
    const { world, alice, calls } = await openWith(toType(name));
    for (const [path, call] of Object.entries(calls)) {
      const error = { name: "ConfigurationError", configPath: `${path}.requestedTokenType` };
      expect(await alice.run(async () => call())).toMatchObject({ ok: false, error });
    }
    world.expectSilence();
  });
});

describe("a service that asks for an access token", () => {
  it.each(["access_token", "jwt"])("gets it: %s", async (name) => {
    const { world, alice, calls } = await openWith(toType(name));
    world.as.faults.clear();
    for (const call of Object.values(calls)) expect(await alice.run(async () => call())).toMatchObject({ ok: true });
    expect(world.as.tokenRequest(0).form.get("requested_token_type")).toBe(toType(name));
  });
});
