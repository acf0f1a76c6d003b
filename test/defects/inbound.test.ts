import { get, type IncomingHttpHeaders } from "node:http";
import { text } from "node:stream/consumers";
import { ConfigurationError, createBehalf, type InboundOptions } from "behalf";
import { UnsecuredJWT } from "jose";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { listen } from "../support/listen.ts";
import { closeAfterTest, toRoot } from "../support/open-behalf.ts";
import { readBasicClient } from "../support/read-claims.ts";
import { fault } from "../support/scripted-as.ts";
import { some } from "../support/some.ts";
import { bearer, startApi } from "../support/start-api.ts";
import { type Servers, startAs, startServers } from "../support/start-servers.ts";
import { the } from "../support/the.ts";

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Sends headers as they are, `host` too, which `fetch` would not. */
function getRaw(url: string, headers: Readonly<Record<string, string>>): Promise<Answer> {
  return new Promise((done, fail) => {
    get(url, { headers }, async (response) => {
      done({ status: response.statusCode, headers: response.headers, body: await text(response) });
    }).on("error", fail);
  });
}

/** An API that calls a backend for its caller, on a route for all and on one for callers only. */
function openApi({ as, backend }: Servers, authorizationHeader = "authorization"): Promise<string> {
  const root = toRoot(as);
  const behalf = closeAfterTest(
    createBehalf({
      ...root,
      inbound: { ...root.inbound, authorizationHeader },
      services: { inventory: { host: backend.url, grantType: "tokenExchange", audience: the.audience } },
    }),
  );
  return startApi(behalf, (app) => {
    const call = () => behalf.service("inventory").get("/items").json().unwrap();
    app.get("/", call);
    app.get("/anonymous", { config: { behalf: { anonymous: true } } }, call);
  });
}

describe("the audience of the caller's token", () => {
  it.each([undefined, "", [], ["", " "]])("B-20: has no default and cannot be %j", async (audience) => {
    const { as, backend } = await startServers();
    const inbound = { audience };
    const create = () =>
      Reflect.apply(createBehalf, undefined, [{ ...toRoot(as), inbound, services: { one: backend.url } }]);
    expect(create).toThrow(ConfigurationError);
  });

  it("B-20: is never taken from the Host header, of the first request or a later one", async () => {
    const servers = await startServers();
    const url = await openApi(servers);
    const host = "evil.example.com";
    for (const aud of [host, `https://${host}`, `http://${host}`, new URL(url).host, url]) {
      const token = await servers.as.issue(some.claims({ aud }));
      expect((await getRaw(url, { host, ...bearer(token) })).status).toBe(401);
      expect((await getRaw(url, bearer(token))).status).toBe(401);
    }
    expect(servers.backend.requests).toHaveLength(0);
    const good = await servers.as.issue(some.claims());
    expect((await getRaw(url, { host, ...bearer(good) })).status).toBe(200);
  });
});

describe("the issuer of the caller's token", () => {
  it("B-21: is validated without being configured", async () => {
    const servers = await startServers();
    const url = await openApi(servers);
    const token = await servers.as.issue(some.claims({ iss: "https://evil.example.com" }));
    expect((await getRaw(url, bearer(token))).status).toBe(401);
    const without = await servers.as.issue(some.claims({ iss: undefined }));
    expect((await getRaw(url, bearer(without))).status).toBe(401);
    expect(servers.as.count("token")).toBe(0);
  });

  it("B-21: must have signed it", async () => {
    const servers = await startServers();
    const other = await startAs();
    const url = await openApi(servers);
    const { issuer: iss } = servers.as;
    const forged = [
      await servers.as.issue(some.claims(), { key: "stranger" }),
      await other.issue(some.claims({ iss })),
      new UnsecuredJWT(some.claims({ iss })).setIssuedAt().setExpirationTime("5m").encode(),
    ];
    for (const token of forged) expect((await getRaw(url, bearer(token))).status).toBe(401);
    expect(servers.as.count("token")).toBe(0);
    expect(servers.backend.requests).toHaveLength(0);
  });
});

describe("credentials", () => {
  it.each(["client_secret_basic", "client_secret_post"] as const)(
    "B-60: come through with every character by %s",
    async (clientAuthentication) => {
      const clients = [some.client({ clientId: "zoë:api", clientSecret: the.awkwardSecret })];
      const { as, backend } = await startServers({ clients });
      const own = { clientId: "zoë:api", clientSecret: the.awkwardSecret, clientAuthentication };
      const services = { shipping: { host: backend.url, grantType: "clientCredentials", ...own } } as const;
      await closeAfterTest(createBehalf({ ...toRoot(as), services }))
        .service("shipping")
        .get("/")
        .unwrap();
      const { headers, form } = as.tokenRequest();
      const sent =
        clientAuthentication === "client_secret_basic"
          ? readBasicClient(headers.authorization)
          : { id: form.get("client_id"), secret: form.get("client_secret") };
      expect(sent).toEqual({ id: "zoë:api", secret: the.awkwardSecret });
    },
  );

  it.each(["bearer", "BEARER", "Bearer"])("B-60: of the scheme %s are a token", async (scheme) => {
    const servers = await startServers();
    const url = await openApi(servers);
    const token = await servers.as.issue(some.claims());
    expect((await getRaw(url, { authorization: `${scheme} ${token}` })).status).toBe(200);
    expect(servers.as.tokenRequest().form.get("subject_token")).toBe(token);
  });

  it.each(["/", "/anonymous"])("B-60: of the scheme Basic are no token on the route %s", async (path) => {
    const servers = await startServers();
    const url = await openApi(servers);
    const token = await servers.as.issue(some.claims());
    for (const authorization of [`Basic ${btoa("alice:secret")}`, `Basic ${token}`, token]) {
      const { status, headers } = await getRaw(`${url}${path}`, { authorization });
      expect([status, headers["www-authenticate"]]).toEqual([401, expect.stringMatching(/^Bearer/)]);
    }
    expect(servers.as.count("token")).toBe(0);
  });

  it("B-60: of the scheme Basic are no token in a custom header", async () => {
    const servers = await startServers();
    const url = await openApi(servers, "x-access-token");
    const token = await servers.as.issue(some.claims());
    expect((await getRaw(url, { "x-access-token": `Basic ${token}` })).status).toBe(401);
    expect((await getRaw(url, { "x-access-token": token })).status).toBe(200);
    expect(servers.as.count("token")).toBe(1);
  });
});

describe("the message id", () => {
  it("B-37: is made for each request anew, and is hard to guess", async () => {
    const servers = await startServers();
    const url = await openApi(servers);
    const headers = bearer(await servers.as.issue(some.claims()));
    const answers = await Promise.all(Array.from({ length: 200 }, () => getRaw(url, headers)));
    const returned = answers.map((answer) => answer.headers["x-request-id"]);
    expect(new Set(returned).size).toBe(200);
    for (const id of returned) expect(id).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
    const propagated = servers.backend.requests.map((request) => request.headers["x-request-id"]);
    expect(new Set(propagated)).toEqual(new Set(returned));
  });

  it("B-37: is taken over, returned and passed on", async () => {
    const servers = await startServers();
    const headers = { ...bearer(await servers.as.issue(some.claims())), "x-request-id": "message-1" };
    const answer = await getRaw(await openApi(servers), headers);
    expect(answer.headers["x-request-id"]).toBe("message-1");
    expect(servers.backend.request().headers["x-request-id"]).toBe("message-1");
  });

  it.each(["<script>alert(1)</script>", "a b", "x".repeat(129), '{"level":"error"}', "é"])(
    "B-37: is not taken over when it is %s",
    async (given) => {
      const servers = await startServers();
      const headers = { ...bearer(await servers.as.issue(some.claims())), "x-request-id": given };
      const answer = await getRaw(await openApi(servers), headers);
      expect(answer.headers["x-request-id"]).toMatch(/^[\w-]{36}$/);
      expect(servers.backend.request().headers["x-request-id"]).toBe(answer.headers["x-request-id"]);
    },
  );

  it("B-37: is in the answer to a request that is refused", async () => {
    const servers = await startServers();
    const answer = await getRaw(await openApi(servers), {});
    expect(answer.status).toBe(401);
    expect(JSON.parse(answer.body)).toMatchObject({ messageId: answer.headers["x-request-id"] });
  });
});

describe("a refusal", () => {
  /** Routes of every kind that a program may have, none of which says anything of callers, and a sidecar that is told. */
  async function openRoutes(inbound: Partial<InboundOptions> = {}) {
    const { as } = await startServers();
    const root = toRoot(as);
    const ran: string[] = [];
    const behalf = closeAfterTest(
      createBehalf({ ...root, inbound: { audience: the.clientId, ...inbound }, services: {} }),
    );
    const url = await startApi(behalf, (app) => {
      const handler = async ({ method, url: path }: { readonly method: string; readonly url: string }) => {
        ran.push(`${method} ${path}`);
        return { ran: true };
      };
      app.get("/plain", handler);
      app.route({ method: ["POST", "DELETE"], url: "/many/:id", handler });
      app.all("/wild/*", handler);
      app.register(async (child) => child.get("/nested", handler), { prefix: "/child" });
      app.get("/with-hooks", { preHandler: async () => void ran.push("preHandler") }, handler);
      app.get("/open", { config: { behalf: { anonymous: true } } }, handler);
      app.setNotFoundHandler(async () => {
        ran.push("not found");
        return { ran: true };
      });
    });
    return { as, ran, url };
  }

  const routes = [
    ["GET", "/plain"],
    ["HEAD", "/plain"],
    ["POST", "/many/1"],
    ["DELETE", "/many/1"],
    ["PUT", "/wild/a/b"],
    ["OPTIONS", "/wild/a/b"],
    ["GET", "/child/nested"],
    ["GET", "/with-hooks"],
    ["GET", "/not-there"],
  ] as const;

  it.each(routes)("B-67: meets %s %s, for a route that says nothing wants a caller", async (method, path) => {
    const { ran, url } = await openRoutes();
    expect([(await fetch(`${url}${path}`, { method })).status, ran]).toEqual([401, []]);
  });

  it("B-67: spares the route alone that says that it wants none", async () => {
    const { ran, url } = await openRoutes();
    const statuses = await Promise.all(
      ["/open", "/open/", "/OPEN"].map(async (path) => (await fetch(url + path)).status),
    );
    expect([statuses, ran]).toEqual([[200, 401, 401], ["GET /open"]]);
  });

  it.each([
    ["no token", {}, 401],
    ["two kinds of credentials", { authorization: "Basic eDp5" }, 401],
    ["an invalid token", { authorization: "Bearer x.y.z" }, 401],
  ])("B-64: ends the request: with %s no handler and no hook runs", async (_case, headers, status) => {
    const { ran, url } = await openRoutes();
    for (const path of ["/plain", "/with-hooks"]) {
      expect([(await fetch(url + path, { headers })).status, ran]).toEqual([status, []]);
    }
    expect((await fetch(`${url}/open`, { headers })).status).toBe(Object.keys(headers).length === 0 ? 200 : 401);
  });

  it("B-64: ends the request while nobody can tell whose the token is", async () => {
    const { as, ran, url } = await openRoutes();
    as.faults.always("jwks", fault.status(500));
    const headers = bearer(await as.issue(some.claims()));
    for (const path of ["/plain", "/open"]) expect((await fetch(url + path, { headers })).status).toBe(503);
    expect(ran).toEqual([]);
  });

  it("B-54: ends the request while the sidecar is down, for the development proxy", async () => {
    const gone = await listen(() => {});
    await gone.close();
    const { as, ran, url } = await openRoutes({ devProxy: { url: gone.url } });
    const headers = bearer("an-opaque-token");
    for (const path of ["/plain", "/open", "/with-hooks"]) {
      expect((await fetch(url + path, { headers })).status).toBe(503);
    }
    expect([ran, as.requests]).toEqual([[], []]);
  });

  const modes = ["development", "test", "production"] as const;

  it.each(modes)("B-22: tells nobody why, nor where the code stands, when NODE_ENV is %s", async (mode) => {
    vi.stubEnv("NODE_ENV", mode);
    onTestFinished(() => void vi.unstubAllEnvs());
    const { as, url } = await openRoutes();
    const alike = new Set<string>();
    for (const token of [
      await as.issue(some.claims(), { key: "stranger" }),
      await as.issue(some.claims({ iss: "https://evil.example" })),
      await as.issue(some.claims({ aud: the.otherAudience })),
      await as.issue(some.claims({ nbf: 99_999_999_999 })),
      `${(await as.issue(some.claims())).slice(0, -4)}AAAA`,
    ]) {
      const answer = await fetch(`${url}/plain`, { headers: { ...bearer(token), "x-request-id": "id" } });
      alike.add(JSON.stringify([answer.status, answer.headers.get("www-authenticate"), await answer.json()]));
    }
    const problem = { type: "about:blank", title: "Unauthorized", status: 401, messageId: "id" };
    expect([...alike]).toEqual([JSON.stringify([401, 'Bearer error="invalid_token"', problem])]);
  });
});
