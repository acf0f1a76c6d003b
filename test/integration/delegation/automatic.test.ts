import { type BehalfOptions, createBehalf } from "behalf";
import { describe, expect, it } from "vitest";
import { closeAfterTest, openRequest } from "../../support/open-behalf.ts";
import { readClaims } from "../../support/read-claims.ts";
import { some } from "../../support/some.ts";
import { bearer, startApi } from "../../support/start-api.ts";
import { the } from "../../support/the.ts";
import { openWorld, type World } from "./open-world.ts";

type Changes = Pick<BehalfOptions<unknown, unknown>, "isSystemCaller">;

function open(world: World, changes: Changes = {}) {
  const { url: host } = world.backend;
  const automatic = { host, grantType: "automatic", audience: the.audience } as const;
  return closeAfterTest(
    createBehalf({
      ...world.root,
      ...changes,
      services: {
        inventory: automatic,
        open: { ...automatic, anonymousAs: "service" },
        jwt: { ...automatic, delegatedGrant: "onBehalfOf", scope: the.scope },
        exchanging: { ...automatic, grantType: "tokenExchange", anonymousAs: "service" },
      },
    }),
  );
}

type Instance = ReturnType<typeof open>;
type ServiceName = Parameters<Instance["service"]>[0];

/** An API with a route that needs a caller, and one that does not: each calls the service of the name. */
async function startRoutes(behalf: Instance) {
  const call = async (name: ServiceName): Promise<string> => {
    const outcome = await behalf.service(name).get("/");
    return outcome.ok ? "ok" : String(Reflect.get(outcome.error, "code"));
  };
  const url = await startApi(behalf, (app) => {
    app.get<{ Params: { name: ServiceName } }>("/closed/:name", ({ params }) => call(params.name));
    app.get<{ Params: { name: ServiceName } }>(
      "/anonymous/:name",
      { config: { behalf: { anonymous: true } } },
      ({ params }) => call(params.name),
    );
  });
  return async (path: string, token?: string) => {
    const answer = await fetch(`${url}${path}`, token === undefined ? {} : { headers: bearer(token) });
    return { status: answer.status, text: await answer.text() };
  };
}

const lastGrant = ({ as }: World): string | undefined => as.tokenRequest().form.get("grant_type") ?? undefined;

describe("automatic", () => {
  it("acts on behalf of a person", async () => {
    const world = await openWorld();
    const ask = await startRoutes(open(world));
    expect(await ask("/closed/inventory", await world.as.issue(some.claims()))).toMatchObject({ text: "ok" });
    expect(lastGrant(world)).toBe(the.tokenExchangeGrant);
    expect(readClaims(world.backend.request().token)).toMatchObject({ sub: the.alice, aud: the.audience });
  });

  it("acts on behalf of a person by the grant that was chosen", async () => {
    const world = await openWorld();
    const ask = await startRoutes(open(world));
    await ask("/closed/jwt", await world.as.issue(some.claims()));
    expect(world.as.tokenRequest().form.get("requested_token_use")).toBe("on_behalf_of");
  });

  it.each([
    ["its sub is its client", { sub: "nightly-job", client_id: "nightly-job" }],
    ["its sub is its azp", { sub: "nightly-job", client_id: undefined, azp: "nightly-job" }],
    ["idtyp is app", { idtyp: "app" }],
    ["gty is client-credentials", { gty: "client-credentials" }],
    ["userType is system", { userType: "system" }],
  ])("acts as this API for a system: %s", async (_case, claims) => {
    const world = await openWorld();
    const ask = await startRoutes(open(world));
    expect(await ask("/closed/inventory", await world.as.issue(some.claims(claims)))).toMatchObject({ text: "ok" });
    expect(lastGrant(world)).toBe(the.clientCredentialsGrant);
    expect(readClaims(world.backend.request().token)).toMatchObject({ sub: the.clientId });
  });

  it.each([
    [{ idtyp: "user" }],
    [{ gty: "password" }],
    [{ userType: ["system"] }],
    [{ idtyp: ["app"] }],
    [{ sub: undefined, client_id: undefined }],
  ])("takes a caller with %j for a person", async (claims) => {
    const world = await openWorld();
    const ask = await startRoutes(open(world));
    await ask("/closed/inventory", await world.as.issue(some.claims(claims)));
    expect(lastGrant(world)).toBe(the.tokenExchangeGrant);
  });

  it("is told who is a system in the place of all that", async () => {
    const world = await openWorld();
    const ask = await startRoutes(open(world, { isSystemCaller: ({ claims }) => claims.robot === true }));
    await ask("/closed/inventory", await world.as.issue(some.claims({ robot: true })));
    expect(lastGrant(world)).toBe(the.clientCredentialsGrant);
    await ask("/closed/inventory", await world.as.issue(some.claims({ idtyp: "app" })));
    expect(lastGrant(world)).toBe(the.tokenExchangeGrant);
  });

  it("is not called for outside of a request", async () => {
    const world = await openWorld();
    const behalf = open(world);
    for (const name of ["inventory", "open", "exchanging"] as const) {
      const error = { name: "MissingContextError", code: "BEHALF_CONTEXT_MISSING" };
      expect(await behalf.service(name).get("/")).toMatchObject({ ok: false, error });
    }
    world.expectSilence();
  });
});

describe("a route that needs no caller", () => {
  it("is no leave to act as this API", async () => {
    const world = await openWorld();
    const ask = await startRoutes(open(world));
    expect(await ask("/anonymous/inventory")).toEqual({ status: 200, text: "BEHALF_CALLER_TOKEN_MISSING" });
    world.expectSilence();
  });

  it("acts as this API for a service that allows it", async () => {
    const world = await openWorld();
    const ask = await startRoutes(open(world));
    expect(await ask("/anonymous/open")).toEqual({ status: 200, text: "ok" });
    expect(lastGrant(world)).toBe(the.clientCredentialsGrant);
  });

  it("acts for its caller, where one came", async () => {
    const world = await openWorld();
    const ask = await startRoutes(open(world));
    expect(await ask("/anonymous/open", await world.as.issue(some.claims()))).toMatchObject({ text: "ok" });
    expect(lastGrant(world)).toBe(the.tokenExchangeGrant);
  });

  it("does not exchange what did not come", async () => {
    const world = await openWorld();
    const ask = await startRoutes(open(world));
    expect(await ask("/anonymous/exchanging")).toEqual({ status: 200, text: "BEHALF_CALLER_TOKEN_MISSING" });
    world.expectSilence();
  });

  it.each([
    ["expired", { exp: 1 }],
    ["for another API", { aud: "billing-api" }],
    ["of another issuer", { iss: "https://evil.example.com" }],
  ])("answers 401 to a token that is %s", async (_case, claims) => {
    const world = await openWorld();
    const ask = await startRoutes(open(world));
    const { status } = await ask("/anonymous/open", await world.as.issue(some.claims(claims)));
    expect(status).toBe(401);
    world.expectSilence();
  });

  it.each(["not-a-token", "a.b.c"])("answers 401 to %s", async (token) => {
    const world = await openWorld();
    const ask = await startRoutes(open(world));
    expect(await ask("/anonymous/open", token)).toMatchObject({ status: 401 });
    world.expectSilence();
  });
});

describe("an exchange", () => {
  it("is not made in a request without a caller", async () => {
    const world = await openWorld();
    const behalf = open(world);
    for (const name of ["inventory", "open", "exchanging"] as const) {
      const outcome = await openRequest(behalf).run(async () => behalf.service(name).get("/"));
      const error = { name: "CallerTokenError", code: "BEHALF_CALLER_TOKEN_MISSING" };
      expect(outcome).toMatchObject({ ok: false, error });
    }
    world.expectSilence();
  });

  it("is not made with a token that nobody validated", async () => {
    const world = await openWorld();
    const behalf = open(world);
    const request = openRequest(behalf, bearer(await world.as.issue(some.claims())));
    const outcome = await request.run(async () => behalf.service("exchanging").get("/"));
    expect(outcome).toMatchObject({ ok: false, error: { code: "BEHALF_CALLER_TOKEN_MISSING" } });
    world.expectSilence();
  });
});
