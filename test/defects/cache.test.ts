import { createBehalf, HttpClientOptions } from "behalf";
import { describe, expect, it } from "vitest";
import { createClock } from "../support/clock.ts";
import { closeAfterTest, receive, toRoot } from "../support/open-behalf.ts";
import { readClaims } from "../support/read-claims.ts";
import { fault } from "../support/scripted-as.ts";
import { answer } from "../support/scripted-backend.ts";
import { some } from "../support/some.ts";
import { bearer, startApi } from "../support/start-api.ts";
import { type Servers, startAs, startOneBackend, startServers } from "../support/start-servers.ts";
import { the } from "../support/the.ts";

const bothClients = {
  clients: [some.client(), some.client({ clientId: the.otherClientId, clientSecret: the.otherClientSecret })],
};

/** An API whose services differ in one thing each. */
function open({ as, backend }: Servers) {
  const host = backend.url;
  return closeAfterTest(
    createBehalf({
      ...toRoot(as),
      serviceDefaults: { grantType: "tokenExchange", audience: the.audience },
      services: {
        inventory: { host },
        billing: { host, clientId: the.otherClientId, clientSecret: the.otherClientSecret },
        shipping: { host, audience: the.otherAudience },
        scoped: { host, scope: the.scope },
        reading: { host, grantType: "clientCredentials", scope: the.scope },
        writing: { host, grantType: "clientCredentials", scope: the.otherScope },
        weather: { host, grantType: "none" },
      },
    }),
  );
}

describe("one caller and another", () => {
  it("B-1: gives each caller a token of their own", async () => {
    const { as, backend } = await startServers();
    const behalf = open({ as, backend });
    const alice = await receive(behalf, await as.issue(some.claims()));
    const bob = await receive(behalf, await as.issue(some.claims({ sub: the.bob })));
    for (const request of [alice, bob, alice, bob]) {
      await request.run(() => behalf.service("inventory").get("/stock").unwrap());
    }
    const subjects = backend.requests.map(({ token }) => readClaims(token).sub);
    expect(subjects).toEqual([the.alice, the.bob, the.alice, the.bob]);
    expect(as.count("token")).toBe(2);
  });

  it("B-5: gives each of many concurrent requests the token of its own caller", async () => {
    const { as, backend } = await startServers();
    const behalf = open({ as, backend });
    backend.handle(answer.delay(5));
    const url = await startApi(behalf, (app) =>
      app.get<{ Params: { who: string } }>("/:who", async ({ params }) => {
        await behalf.service("inventory").get(`/${params.who}`).unwrap();
        await behalf.service("weather").get(`/${params.who}`).unwrap();
        return "ok";
      }),
    );
    const callers = Array.from({ length: 24 }, (_, index) => `caller-${index % 6}`);
    await Promise.all(
      callers.map(async (who) => {
        const token = await as.issue(some.claims({ sub: who }));
        await fetch(`${url}/${who}`, { headers: bearer(token) });
      }),
    );
    const authorized = backend.requests.filter(({ token }) => token !== undefined);
    expect(authorized).toHaveLength(callers.length);
    expect(authorized.map(({ token }) => `/${readClaims(token).sub}`)).toEqual(authorized.map(({ path }) => path));
    expect(backend.requests).toHaveLength(2 * callers.length);
  });

  it("B-5: sends no token of an earlier call to a service that takes none", async () => {
    const servers = await startServers();
    const behalf = open(servers);
    await behalf.service("reading").get("/stock").unwrap();
    await behalf.service("weather").get("/today").unwrap();
    const [stock, today] = servers.backend.requests;
    expect(stock?.token).toBeDefined();
    expect(today?.headers).not.toHaveProperty("authorization");
  });

  it("B-5: sends each service's calls to its own host", async () => {
    const { as, backend } = await startServers();
    const other = await startOneBackend();
    const services = { first: { host: backend.url, basePath: "/a" }, second: { host: other.url, basePath: "/b" } };
    const behalf = closeAfterTest(createBehalf({ ...toRoot(as), services }));
    await behalf.service("first").get("/x").unwrap();
    await behalf.service("second").get("/x").unwrap();
    expect([backend.request().path, other.request().path]).toEqual(["/a/x", "/b/x"]);
    expect([backend.requests.length, other.requests.length]).toEqual([1, 1]);
  });

  it("B-6: leaves options that are shared by callers and services as they were", async () => {
    const { as, backend } = await startServers();
    const behalf = open({ as, backend });
    const clientOptions = new HttpClientOptions();
    const alice = await receive(behalf, await as.issue(some.claims()));
    const bob = await receive(behalf, await as.issue(some.claims({ sub: the.bob })));
    await alice.run(() => behalf.service("inventory").get("/stock", { clientOptions }).unwrap());
    await bob.run(() => behalf.service("shipping").get("/rates", { clientOptions }).unwrap());
    const seen = backend.requests.map(({ token }) => [readClaims(token).sub, readClaims(token).aud]);
    expect(seen).toEqual([
      [the.alice, the.audience],
      [the.bob, the.otherAudience],
    ]);
    expect(clientOptions).toEqual(new HttpClientOptions());
  });

  it("B-6: forces nothing on the calls after the one that was forced", async () => {
    const servers = await startServers();
    const service = open(servers).service("reading");
    const clientOptions = new HttpClientOptions();
    servers.backend.next(answer.unauthorized('Bearer error="invalid_token"'));
    await service.get("/stock", { clientOptions }).unwrap();
    await service.get("/stock", { clientOptions: clientOptions.withForceAuthorization() }).unwrap();
    expect(servers.as.count("token")).toBe(3);
    await service.get("/stock", { clientOptions }).unwrap();
    expect(servers.as.count("token")).toBe(3);
  });
});

describe("one service and another", () => {
  it.each([
    ["client", "billing", { client_id: the.otherClientId, aud: the.audience }],
    ["audience", "shipping", { client_id: the.clientId, aud: the.otherAudience }],
    ["scope", "scoped", { client_id: the.clientId, aud: the.audience, scope: the.scope }],
  ] as const)("B-2: gives a service of another %s another exchanged token", async (_difference, name, claims) => {
    const { as, backend } = await startServers(bothClients);
    const behalf = open({ as, backend });
    const request = await receive(behalf, await as.issue(some.claims()));
    await request.run(() => behalf.service("inventory").get("/stock").unwrap());
    await request.run(() => behalf.service(name).get("/stock").unwrap());
    const [first, second] = backend.requests.map(({ token }) => readClaims(token));
    expect(first).toMatchObject({ client_id: the.clientId, aud: the.audience });
    expect(first).not.toHaveProperty("scope");
    expect(second).toMatchObject(claims);
  });

  it("B-4: gives each scope a token of its own", async () => {
    const { as, backend } = await startServers();
    const behalf = open({ as, backend });
    for (const name of ["reading", "writing", "reading", "writing"] as const) {
      await behalf.service(name).get("/stock").unwrap();
    }
    const scopes = backend.requests.map(({ token }) => readClaims(token).scope);
    expect(scopes).toEqual([the.scope, the.otherScope, the.scope, the.otherScope]);
    expect(as.count("token")).toBe(2);
  });
});

describe("the answer of the authorization server", () => {
  it.each([
    ["a number", 100],
    ["a text", "100"],
  ])("B-57: reads expires_in that is %s", async (_kind, expiresIn) => {
    const clock = createClock();
    const as = await startAs({ clock, lifeSeconds: 3600 });
    const backend = await startOneBackend();
    as.faults.always("token", fault.change({ expires_in: expiresIn }));
    const services = { reading: { host: backend.url, grantType: "clientCredentials" } } as const;
    const behalf = closeAfterTest(createBehalf({ ...toRoot(as), now: clock.now, services }));
    await behalf.service("reading").get("/").unwrap();
    clock.advance(70_000);
    await behalf.service("reading").get("/").unwrap();
    expect(as.count("token")).toBe(1);
    clock.advance(31_000);
    await behalf.service("reading").get("/").unwrap();
    expect(as.count("token")).toBe(2);
  });

  it("B-57: separates scopes by spaces, as they come back", async () => {
    const { as, backend } = await startServers();
    const both = `${the.scope} ${the.otherScope}`;
    as.faults.always("token", fault.change({ scope: both }));
    const scope = [the.scope, the.otherScope];
    const services = { reading: { host: backend.url, grantType: "clientCredentials", scope } } as const;
    await closeAfterTest(createBehalf({ ...toRoot(as), services }))
      .service("reading")
      .get("/")
      .unwrap();
    expect(as.tokenRequest().form.get("scope")).toBe(both);
    expect(readClaims(backend.request().token).scope).toBe(both);
  });
});
