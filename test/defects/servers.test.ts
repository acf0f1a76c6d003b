import { ActorToken, createBehalf, HttpClientOptions, type Transport } from "behalf";
import { describe, expect, it } from "vitest";
import { createClock } from "../support/clock.ts";
import { closeAfterTest, receive, toRoot } from "../support/open-behalf.ts";
import { readClaims } from "../support/read-claims.ts";
import { fault, type ScriptedAs } from "../support/scripted-as.ts";
import { some } from "../support/some.ts";
import { bearer, startApi } from "../support/start-api.ts";
import { type Servers, startAs, startOneBackend, startServers } from "../support/start-servers.ts";
import { the } from "../support/the.ts";
import { startConnectionCounter } from "./connection-counter.ts";

function open({ as, backend }: Servers, changes: { readonly authority?: string; readonly now?: () => number } = {}) {
  const host = backend.url;
  return closeAfterTest(
    createBehalf({
      ...toRoot(as),
      ...changes,
      services: {
        jobs: { host, grantType: "clientCredentials" },
        billing: { host, grantType: "clientCredentials", clientId: the.otherClientId },
        stock: { host, grantType: "tokenExchange", audience: the.audience },
      },
    }),
  );
}

describe("a discovery that fails", () => {
  type Prepare = (as: ScriptedAs) => void;
  const always =
    (bad: Parameters<ScriptedAs["faults"]["always"]>[1]): Prepare =>
    ({ faults }) =>
      faults.always("metadata", bad);

  const unreadable = { code: "BEHALF_TOKEN_UNREADABLE" };
  const causes: readonly (readonly [what: string, prepare: Prepare, error: object])[] = [
    ["there is no document", always(fault.status(404)), { ...unreadable, status: 404 }],
    ["the server failed", always(fault.status(503)), { code: "BEHALF_TOKEN_UNREACHABLE", status: 503 }],
    ["the connection broke", always(fault.drop()), { code: "BEHALF_TOKEN_UNREACHABLE", cause: { code: "ECONNRESET" } }],
    ["it is a page", always(fault.html()), unreadable],
    ["it is half a document", always(fault.malformedJson()), unreadable],
    ["it is another issuer's", always(fault.change({ issuer: "https://evil.example.com" })), unreadable],
    ["it names no token endpoint", always(fault.change({ token_endpoint: undefined })), unreadable],
  ];

  it.each(causes)("B-29: says why: %s", async (_what, prepare, error) => {
    const { as, backend } = await startServers();
    prepare(as);
    as.faults.always("token", fault.oauthError("invalid_grant"));
    const outcome = await open({ as, backend }).service("jobs").get("/");
    expect(outcome).toMatchObject({ ok: false, error: { ...error, url: `${as.issuer}/`, client: the.clientId } });
    expect([as.count("token"), backend.requests.length]).toEqual([0, 0]);
  });

  it("B-29: names each client that waited for it", async () => {
    const { as, backend } = await startServers();
    as.faults.always("metadata", fault.status(404));
    const behalf = open({ as, backend });
    const names = ["jobs", "billing"] as const;
    const outcomes = await Promise.all(names.map((name) => behalf.service(name).get("/")));
    const clients = outcomes.map((outcome) => !outcome.ok && Reflect.get(outcome.error, "client"));
    expect(clients).toEqual([the.clientId, the.otherClientId]);
  });

  it("B-29: is not what is said when the token endpoint fails", async () => {
    const { as, backend } = await startServers();
    as.faults.always("token", fault.drop());
    const outcome = await open({ as, backend }).service("jobs").get("/");
    const error = { code: "BEHALF_TOKEN_UNREACHABLE", url: as.tokenEndpoint, cause: { code: "ECONNRESET" } };
    expect(outcome).toMatchObject({ ok: false, error });
  });
});

describe("connections to the authorization server", () => {
  /** A call that follows at once may find the connection of the one before not yet free. */
  const mostConnections = 2;

  it("B-59: are used again, for metadata, keys and tokens alike", async () => {
    const counter = await startConnectionCounter();
    const names = { issuer: counter.url, token_endpoint: `${counter.url}/token`, jwks_uri: `${counter.url}/jwks` };
    const as = await startAs({ metadata: names });
    counter.passTo(as.url);
    const behalf = open({ as, backend: await startOneBackend() }, { authority: counter.url });
    await receive(behalf, await as.issue(some.claims({ iss: counter.url })));
    for (let index = 0; index < 30; index += 1)
      await behalf.service("jobs").get("/", { forceAuthorization: true }).unwrap();
    expect([as.count("metadata"), as.count("jwks"), as.count("token")]).toEqual([1, 1, 30]);
    expect(counter.connections).toBeLessThanOrEqual(mostConnections);
  });

  it("B-59: to a backend are used again", async () => {
    const { as, backend } = await startServers();
    const behalf = open({ as, backend });
    for (let index = 0; index < 30; index += 1) await behalf.service("jobs").get("/").unwrap();
    expect(backend.requests).toHaveLength(30);
    expect(backend.connections).toBeLessThanOrEqual(mostConnections);
  });

  it("B-59: of one instance stay open when another one is closed", async () => {
    const { as, backend } = await startServers();
    const [first, second] = [open({ as, backend }), open({ as, backend })];
    for (const behalf of [first, second]) await behalf.service("jobs").get("/").unwrap();
    await first.close();
    await second.service("jobs").get("/", { forceAuthorization: true }).unwrap();
    expect(backend.connections).toBe(2);
    expect(await first.service("jobs").get("/")).toMatchObject({ ok: false, error: { refusal: "closed" } });
  });

  it("B-59: that the program brought along are not ours to close", async () => {
    const { as, backend } = await startServers();
    const did: string[] = [];
    const transport: Transport = {
      async send({ path }) {
        did.push(path);
        return { status: 200, headers: {}, chunks: [], stream: undefined, firstByteAt: 0 };
      },
      async close() {
        did.push("close");
      },
    };
    const behalf = open({ as, backend });
    const clientOptions = new HttpClientOptions({ transport });
    for (const path of ["/1", "/2"]) await behalf.service("jobs").get(path, { clientOptions }).unwrap();
    await behalf.close();
    expect([did, backend.requests.length]).toEqual([["/1", "/2"], 0]);
  });

  it("B-59: end in time when the server does not answer, whatever it was asked for", async () => {
    const endpoints = ["metadata", "token", "jwks"] as const;
    const outcomes = endpoints.map(async (endpoint) => {
      const servers = await startServers();
      const behalf = open(servers);
      servers.as.faults.always(endpoint, fault.hang());
      if (endpoint !== "jwks") return behalf.service("jobs").get("/").unwrap();
      return receive(behalf, await servers.as.issue(some.claims()));
    });
    const results = await Promise.allSettled(outcomes);
    expect(results.map((result) => result.status === "rejected" && result.reason.name)).toEqual(
      endpoints.map(() => "TokenUnreachableError"),
    );
  });
});

describe("a call that is given up", () => {
  it("B-61: ends no other, neither then nor later, in this instance or another", async () => {
    const { as, backend } = await startServers();
    const [here, there] = [open({ as, backend }), open({ as, backend })];
    const gate = as.hold();
    const controller = new AbortController();
    const { signal } = controller;
    const given = here.service("billing").get("/", { signal });
    const others = [here.service("jobs").get("/"), there.service("jobs").get("/")].map((call) => call.unwrap());
    const outcome = given.then((ended) => ended);
    await gate.arrived(3);
    controller.abort(new Error("never mind"));
    expect(await outcome).toMatchObject({ ok: false, error: { message: "never mind" } });
    gate.release();
    await Promise.all(others);
    await here.service("jobs").get("/", { forceAuthorization: true }).unwrap();
    expect(backend.requests).toHaveLength(3);
  });
});

describe("a token of client credentials", () => {
  it("B-61: is used while it is good, and not after", async () => {
    const clock = createClock();
    const as = await startAs({ clock });
    const backend = await startOneBackend();
    const jobs = open({ as, backend }, { now: clock.now }).service("jobs");
    for (let call = 0; call < 60; call += 1) {
      await jobs.get("/").unwrap();
      expect(Number(readClaims(backend.request().token).exp) * 1000).toBeGreaterThan(clock.now());
      clock.advance(10_000);
    }
    expect(as.count("token")).toBe(3);
  });
});

describe("a caller's token that names another issuer", () => {
  async function start() {
    const [servers, evil] = [await startServers(), await startAs()];
    return { servers, evil, behalf: open(servers), token: await evil.issue(some.claims()) };
  }

  it("B-61: is refused, and nobody is asked at the place that it names", async () => {
    const { servers, evil, behalf, token } = await start();
    const url = await startApi(behalf, (app) => app.get("/", () => behalf.service("stock").get("/").json().unwrap()));
    expect((await fetch(url, { headers: bearer(token) })).status).toBe(401);
    expect([evil.requests.length, servers.as.count("token"), servers.backend.requests.length]).toEqual([0, 0, 0]);
  });

  it("B-61: is exchanged at our own server or not at all, though nobody validated it", async () => {
    const { servers, evil, behalf, token } = await start();
    const clientOptions = new HttpClientOptions({ actorToken: new ActorToken(token) });
    const outcome = await behalf.service("stock").get("/", { clientOptions });
    expect(outcome).toMatchObject({ ok: false, error: { code: "BEHALF_TOKEN_REFUSED" } });
    expect(servers.as.tokenRequest().form.get("subject_token")).toBe(token);
    expect([evil.requests.length, servers.backend.requests.length]).toEqual([0, 0]);
  });
});
