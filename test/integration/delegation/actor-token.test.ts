import { createBehalf, fromProvider } from "behalf";
import { describe, expect, it } from "vitest";
import { closeAfterTest } from "../../support/open-behalf.ts";
import { readClaims, readForm } from "../../support/read-claims.ts";
import { the } from "../../support/the.ts";
import { exchanging, openWorld, type World } from "./open-world.ts";

const narrow = {
  ...exchanging,
  scope: the.scope,
  resource: the.resource,
  extraParameters: { flow: "usual" },
  authorizationDetails: [{ type: "payment" }],
} as const;

function open(world: World, read: () => string = () => "none") {
  const { url: host } = world.backend;
  const services = {
    inventory: { host, ...narrow, actorToken: "clientCredentials" },
    shipping: { host, ...exchanging, audience: the.otherAudience, actorToken: "clientCredentials" },
    alone: { host, ...exchanging },
    sourced: { host, ...exchanging, actorToken: fromProvider(read) },
  } as const;
  return closeAfterTest(createBehalf({ ...world.root, services }));
}

describe("an actor token by client credentials", () => {
  it("is for no backend in particular", async () => {
    const world = await openWorld();
    const behalf = open(world);
    const alice = await world.receive(behalf);
    await alice.run(() => behalf.service("inventory").get("/").unwrap());
    const [asked, exchanged] = world.as.tokenRequests;
    expect(readForm(asked?.form ?? new URLSearchParams())).toEqual({ grant_type: the.clientCredentialsGrant });
    expect(readForm(exchanged?.form ?? new URLSearchParams())).toMatchObject({
      audience: the.audience,
      flow: "usual",
      authorization_details: JSON.stringify(narrow.authorizationDetails),
      actor_token_type: the.accessTokenType,
    });
  });

  it("is one for all services and callers", async () => {
    const world = await openWorld();
    const behalf = open(world);
    for (const sub of [the.alice, the.bob]) {
      const request = await world.receive(behalf, { sub });
      await request.run(() => behalf.service("inventory").get("/").unwrap());
      await request.run(() => behalf.service("shipping").get("/").unwrap());
    }
    expect(world.as.count(({ form }) => form.get("grant_type") === the.clientCredentialsGrant)).toBe(1);
    expect(world.as.count(({ form }) => form.has("actor_token"))).toBe(4);
  });

  it("is what the caller's token is kept under", async () => {
    const world = await openWorld();
    const behalf = open(world);
    const alice = await world.receive(behalf);
    for (const _ of [1, 2, 3]) await alice.run(() => behalf.service("inventory").get("/").unwrap());
    expect(world.as.count("token")).toBe(2);
  });
});

describe("an actor token from elsewhere", () => {
  it("makes another token when it is another", async () => {
    const world = await openWorld();
    const robots = await Promise.all(["robot-1", "robot-2"].map((sub) => world.as.issue({ sub })));
    let at = 0;
    const behalf = open(world, () => robots[at] ?? "");
    const alice = await world.receive(behalf);
    for (const robot of [0, 0, 1, 0]) {
      at = robot;
      await alice.run(() => behalf.service("sourced").get("/").unwrap());
    }
    expect(world.as.count("token")).toBe(2);
    const tokens = world.backend.requests.map(({ token }) => token);
    expect([tokens[1], tokens[3], tokens[2] === tokens[0]]).toEqual([tokens[0], tokens[0], false]);
  });

  it("is not left out for a token that is there without an actor", async () => {
    const world = await openWorld();
    const robot = await world.as.issue({ sub: "robot" });
    const behalf = open(world, () => robot);
    const alice = await world.receive(behalf);
    for (const name of ["alone", "sourced", "alone"] as const) {
      await alice.run(() => behalf.service(name).get("/").unwrap());
    }
    const actors = world.backend.requests.map(({ token }) => readClaims(token).act);
    expect(actors).toMatchObject([{ sub: the.clientId }, { sub: "robot" }, { sub: the.clientId }]);
  });

  it("stops the call where there is none", async () => {
    const world = await openWorld();
    const behalf = open(world, () => "");
    const alice = await world.receive(behalf);
    const outcome = await alice.run(async () => behalf.service("sourced").get("/"));
    const error = { code: "BEHALF_CONFIG_INVALID", configPath: "services.sourced.actorToken" };
    expect(outcome).toMatchObject({ ok: false, error });
    world.expectSilence();
  });
});
