import { performance } from "node:perf_hooks";
import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { BackendError, type CallOptions, createBehalf, HttpClientOptions } from "behalf";
import { describe, expect, it } from "vitest";
import { listenTo } from "../support/channel-records.ts";
import { closeAfterTest, openRequest, receive, toRoot } from "../support/open-behalf.ts";
import { readClaims } from "../support/read-claims.ts";
import { answer } from "../support/scripted-backend.ts";
import { some } from "../support/some.ts";
import { startApi } from "../support/start-api.ts";
import { type Servers, startServers } from "../support/start-servers.ts";
import { the } from "../support/the.ts";

const verbs = ["get", "post", "put", "patch", "delete"] as const;
const invalidToken = 'Bearer error="invalid_token"';

function open({ as, backend }: Servers) {
  const host = backend.url;
  return closeAfterTest(
    createBehalf({
      ...toRoot(as),
      services: {
        inventory: { host, grantType: "tokenExchange", audience: the.audience, endpoints: { item: "/items" } },
        shipping: { host, grantType: "clientCredentials", endpoints: { rates: "/rates" } },
        weather: { host, grantType: "none", endpoints: { today: "/today" } },
      },
    }),
  );
}

describe("an outcome", () => {
  it("B-9: is a success when the backend answers with one, by send too", async () => {
    const behalf = open(await startServers());
    const outcome = await behalf.service("weather").send("GET", "/today");
    expect(outcome).toMatchObject({ ok: true, value: { status: 200 } });
  });

  it("B-9: is a failure when the backend answers with an error, by send too", async () => {
    const servers = await startServers();
    servers.backend.handle(answer.problem(409));
    const outcome = await open(servers).service("weather").send("POST", "/today");
    expect(!outcome.ok && outcome.error).toBeInstanceOf(BackendError);
    expect(outcome).toMatchObject({ error: { status: 409 } });
  });
});

describe("client credentials", () => {
  it("B-11: are asked for anew after a 401", async () => {
    const { as, backend } = await startServers();
    const shipping = open({ as, backend }).service("shipping");
    await shipping.get("/rates").unwrap();
    const first = backend.request().token;
    backend.next(answer.unauthorized(invalidToken));
    await shipping.get("/rates").unwrap();
    const tokens = backend.requests.map(({ token }) => token);
    expect(tokens.slice(0, 2)).toEqual([first, first]);
    expect(tokens[2]).not.toBe(first);
    expect(as.count("token")).toBe(2);
  });

  it("B-11: are asked for anew when authorization is forced", async () => {
    const servers = await startServers();
    const shipping = open(servers).service("shipping");
    await shipping.get("/rates").unwrap();
    const clientOptions = new HttpClientOptions({ forceAuthorization: true });
    await shipping.endpoint("rates").get({ clientOptions }).unwrap();
    const [first, second] = servers.backend.requests.map(({ token }) => token);
    expect(second).not.toBe(first);
  });

  it("B-12: work without a request, as in a background job", async () => {
    const servers = await startServers();
    await open(servers).service("shipping").endpoint("rates").get().unwrap();
    expect(readClaims(servers.backend.request().token).sub).toBe(the.clientId);
  });

  it("B-12: work in a request without a token", async () => {
    const servers = await startServers();
    const behalf = open(servers);
    await openRequest(behalf).run(() => behalf.service("shipping").endpoint("rates").get().unwrap());
    expect(readClaims(servers.backend.request().token).sub).toBe(the.clientId);
  });
});

describe("a service without a token", () => {
  it("B-13: can be called, in a request and without one", async () => {
    const { as, backend } = await startServers();
    const behalf = open({ as, backend });
    await behalf.service("weather").endpoint("today").get().unwrap();
    await openRequest(behalf).run(() => behalf.service("weather").get("/today").unwrap());
    expect(backend.requests.map(({ path }) => path)).toEqual(["/today", "/today"]);
    expect(as.requests).toHaveLength(0);
  });

  it("B-13: does not get the caller's token", async () => {
    const servers = await startServers();
    const behalf = open(servers);
    const request = await receive(behalf, await servers.as.issue(some.claims()));
    await request.run(() => behalf.service("weather").endpoint("today").get().unwrap());
    expect(servers.backend.request().headers).not.toHaveProperty("authorization");
  });
});

describe("options without an authorization service", () => {
  it("B-35: are authorized by the provider itself", async () => {
    const servers = await startServers();
    const behalf = open(servers);
    const request = await receive(behalf, await servers.as.issue(some.claims()));
    const clientOptions = new HttpClientOptions();
    await request.run(() => behalf.service("inventory").endpoint("item").get({ clientOptions }).unwrap());
    expect(readClaims(servers.backend.request().token)).toMatchObject({ sub: the.alice, aud: the.audience });
  });

  it("B-35: send nothing when there is no token to be had", async () => {
    const { as, backend } = await startServers();
    const behalf = open({ as, backend });
    const clientOptions = new HttpClientOptions();
    const outcome = await openRequest(behalf).run(() =>
      behalf.service("inventory").endpoint("item").get({ clientOptions }),
    );
    expect(outcome).toMatchObject({ ok: false, error: { code: "BEHALF_CALLER_TOKEN_MISSING" } });
    expect(backend.requests).toHaveLength(0);
  });
});

describe("a method", () => {
  it.each(verbs)("B-44: %s is what the backend gets, from an endpoint and from a service", async (verb) => {
    const servers = await startServers();
    const weather = open(servers).service("weather");
    await weather.endpoint("today")[verb]().unwrap();
    await weather[verb]("/today").unwrap();
    const methods = servers.backend.requests.map(({ method }) => method);
    expect(methods).toEqual([verb.toUpperCase(), verb.toUpperCase()]);
  });

  it.each(verbs)("B-44: %s is what the record of a failed call says", async (verb) => {
    const servers = await startServers();
    servers.backend.handle(answer.status(503));
    const records = listenTo("behalf:call");
    await open(servers).service("weather").endpoint("today")[verb]();
    expect(records()).toMatchObject([{ method: verb.toUpperCase(), status: 503 }]);
  });

  it.each(["post", "put", "patch", "delete"] as const)("B-44: %s sends JSON as JSON", async (verb) => {
    const servers = await startServers();
    await open(servers)
      .service("weather")
      .endpoint("today")
      [verb]({ json: { name: "Zoë" } })
      .unwrap();
    const { headers, body } = servers.backend.request();
    expect(headers["content-type"]).toBe("application/json");
    expect(JSON.parse(body)).toEqual({ name: "Zoë" });
  });

  it("B-44: of several calls at once gives each an outcome of its own", async () => {
    const servers = await startServers();
    servers.backend.handle(({ path }, response) => void response.writeHead(path === "/2" ? 500 : 200).end());
    const weather = open(servers).service("weather");
    const outcomes = await Promise.all(["/1", "/2", "/3"].map((path) => weather.delete(path)));
    expect(outcomes.map(({ ok }) => ok)).toEqual([true, false, true]);
  });
});

describe("the replay after a 401", () => {
  it("B-50: sends the whole body again", async () => {
    const servers = await startServers();
    servers.backend.next(answer.unauthorized(invalidToken));
    const json = { lines: Array.from({ length: 2_000 }, (_, index) => `line ${index}`) };
    await open(servers).service("shipping").endpoint("rates").post({ json }).unwrap();
    const bodies = servers.backend.requests.map(({ body }) => body);
    expect(bodies).toEqual([JSON.stringify(json), JSON.stringify(json)]);
  });

  it("B-50: sends one token, and another one than before", async () => {
    const servers = await startServers();
    servers.backend.next(answer.unauthorized(invalidToken));
    await open(servers).service("shipping").endpoint("rates").post({ body: "text" }).unwrap();
    const sent = servers.backend.requests.map(({ rawHeaders }) =>
      rawHeaders.filter((_value, index) => rawHeaders[index - 1]?.toLowerCase() === "authorization"),
    );
    expect(sent.map((values) => values.length)).toEqual([1, 1]);
    expect(sent[1]).not.toEqual(sent[0]);
  });

  it("B-50: leaves out a body that can be read only once", async () => {
    const servers = await startServers();
    servers.backend.next(answer.unauthorized(invalidToken));
    const body = Readable.from([Buffer.from("one "), Buffer.from("two")]);
    const outcome = await open(servers).service("shipping").endpoint("rates").post({ body });
    expect(outcome).toMatchObject({ ok: false, error: { status: 401 } });
    expect(servers.backend.requests.map((request) => request.body)).toEqual(["one two"]);
  });
});

describe("a cancelled call", () => {
  it("B-51: fails with the reason of its signal, and sends nothing", async () => {
    const { as, backend } = await startServers();
    const options: CallOptions = { signal: AbortSignal.abort(new Error("enough")) };
    const outcome = await open({ as, backend }).service("shipping").delete("/rates", options);
    expect(outcome).toMatchObject({ ok: false, error: { message: "enough" } });
    expect([as.requests.length, backend.requests.length]).toEqual([0, 0]);
  });

  it("B-51: fails with the reason of its signal while another token is asked for", async () => {
    const { as, backend } = await startServers();
    const shipping = open({ as, backend }).service("shipping");
    await shipping.get("/rates").unwrap();
    backend.next(answer.unauthorized(invalidToken));
    const gate = as.hold();
    const controller = new AbortController();
    const outcome = shipping.get("/rates", { signal: controller.signal });
    const settled = outcome.then((value) => value);
    await gate.arrived();
    controller.abort(new Error("enough"));
    expect(await settled).toMatchObject({ ok: false, error: { message: "enough" } });
  });

  it("B-51: keeps its method in the record", async () => {
    const { as, backend } = await startServers();
    const controller = new AbortController();
    backend.handle(() => controller.abort());
    const records = listenTo("behalf:call");
    const outcome = await open({ as, backend }).service("weather").delete("/today", { signal: controller.signal });
    expect(outcome).toMatchObject({ ok: false, error: { name: "AbortError" } });
    expect(records()).toMatchObject([{ method: "DELETE", status: undefined, error: "aborted" }]);
  });

  it("B-51: is not answered as if it had succeeded", async () => {
    const behalf = open(await startServers());
    const url = await startApi(behalf, (app) =>
      app.get("/", { config: { behalf: { anonymous: true } } }, async () => {
        await behalf.service("weather").get("/today", { signal: AbortSignal.abort() }).unwrap();
      }),
    );
    expect((await fetch(url)).status).toBe(500);
  });
});

describe("waiting for a token", () => {
  it("B-32: holds up no other call", async () => {
    const servers = await startServers();
    const behalf = open(servers);
    const gate = servers.as.hold();
    const waiting = behalf.service("shipping").endpoint("rates").get().unwrap();
    await gate.arrived();
    await behalf.service("weather").endpoint("today").get().unwrap();
    expect(servers.backend.requests.map(({ path }) => path)).toEqual(["/today"]);
    gate.release();
    await waiting;
    expect(servers.backend.requests.map(({ path }) => path)).toEqual(["/today", "/rates"]);
  });

  it("B-32: leaves the event loop idle", async () => {
    const servers = await startServers();
    const behalf = open(servers);
    await behalf.service("weather").endpoint("today").get().unwrap();
    const gate = servers.as.hold();
    const before = performance.eventLoopUtilization();
    const waiting = behalf.service("shipping").endpoint("rates").get().unwrap();
    await gate.arrived();
    await sleep(300);
    const { idle, active } = performance.eventLoopUtilization(before);
    gate.release();
    await waiting;
    expect(idle).toBeGreaterThan(active);
  });
});
