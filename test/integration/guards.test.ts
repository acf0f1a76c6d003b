import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { createBehalf, type Logger } from "behalf";
import { behalfExpress, behalfExpressErrors } from "behalf/express";
import { behalfFastify } from "behalf/fastify";
import express, { type Express } from "express";
import Fastify from "fastify";
import { describe, expect, it, onTestFinished } from "vitest";
import { closeAfterTest, openRequest, receive, toRoot } from "../support/open-behalf.ts";
import { fault, type ScriptedAs } from "../support/scripted-as.ts";
import { some } from "../support/some.ts";
import { bearer } from "../support/start-api.ts";
import { startAs, startOneBackend, startServers } from "../support/start-servers.ts";

const services = (host: string) =>
  ({ inventory: { host, grantType: "tokenExchange", audience: "inventory", endpoints: { item: "/items" } } }) as const;

async function serve(app: Express): Promise<string> {
  const server = app.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const throwing = (): never => {
  throw new Error("disk full");
};
const broken: Logger = { debug: throwing, info: throwing, warn: throwing, error: throwing };

describe("a body that breaks while the token is fetched", () => {
  it("fails the call and nothing else", async () => {
    const { as, backend } = await startServers();
    const behalf = closeAfterTest(createBehalf({ ...toRoot(as), services: services(backend.url) }));
    const alice = await receive(behalf, await as.issue(some.claims()));
    as.faults.next("token", fault.delay(50));
    const body = new Readable({ read() {} });
    setTimeout(() => body.destroy(new Error("the upload broke")), 10);
    const outcome = await alice.run(() => behalf.service("inventory").endpoint("item").post({ body }));
    expect(outcome.ok).toBe(false);
  });

  it("is closed when the call is not sent", async () => {
    const { as, backend } = await startServers();
    const behalf = closeAfterTest(createBehalf({ ...toRoot(as), services: services(backend.url) }));
    const body = new Readable({ read() {} });
    await behalf.service("inventory").endpoint("item").post({ body });
    expect([body.destroyed, backend.requests]).toEqual([true, []]);
  });
});

describe("an adapter", () => {
  it.each([
    ["behalfFastify", behalfFastify],
    ["behalfExpress", behalfExpress],
  ])("(%s) opens no route because a setting is missing", async (_name, adapter) => {
    const { inbound: _, ...root } = toRoot(await startAs());
    const behalf = closeAfterTest(createBehalf({ ...root, services: {} }));
    expect(() => adapter(behalf)).toThrow(
      expect.objectContaining({ code: "BEHALF_CONFIG_INVALID", configPath: "inbound" }),
    );
    expect(() => adapter(behalf, { inbound: false })).not.toThrow();
  });

  it("takes only the very value true for anonymous", async () => {
    const behalf = closeAfterTest(createBehalf({ ...toRoot(await startAs()), services: {} }));
    const { context } = openRequest(behalf);
    const policy = JSON.parse('{ "anonymous": "false" }');
    expect(() => behalf.authenticateCaller(context, policy)).toThrow(TypeError);
  });

  it("leaves an answer alone that has begun while the caller was looked at", async () => {
    const as = await startAs();
    const behalf = closeAfterTest(createBehalf({ ...toRoot(as), services: {} }));
    const app = express();
    app.use((_request, response, next) => {
      setTimeout(() => response.status(503).end("too slow"), 20);
      next();
    });
    app.use(behalfExpress(behalf));
    const noticed: unknown[] = [];
    const notice: express.ErrorRequestHandler = (error: unknown) => void noticed.push(error);
    app.use(Object.defineProperty(notice, "length", { value: 4 }));
    as.faults.always("jwks", fault.delay(80));
    const answer = await fetch(await serve(app), { headers: bearer(await as.issue(some.claims({ exp: 1 }))) });
    expect(answer.status).toBe(503);
    await expect.poll(() => noticed.length).toBe(1);
  });

  it.each(["fastify", "express"])("answers with %s though the logger throws", async (framework) => {
    const as = await startAs();
    as.faults.always("metadata", fault.status(500));
    const behalf = closeAfterTest(createBehalf({ ...toRoot(as), logger: broken, services: {} }));
    const headers = bearer(await as.issue(some.claims()));
    expect(await statusOf(framework, behalf, headers)).toBe(503);
  });
});

async function statusOf(
  framework: string,
  behalf: Parameters<typeof behalfFastify>[0],
  headers: { readonly authorization: string },
): Promise<number> {
  if (framework === "fastify") {
    const app = Fastify();
    onTestFinished(() => app.close());
    await app.register(behalfFastify(behalf));
    app.get("/", async () => "ok");
    return (await app.inject({ url: "/", headers })).statusCode;
  }
  const app = express().use(behalfExpress(behalf), behalfExpressErrors(behalf));
  return (await fetch(await serve(app), { headers })).status;
}

describe("a token", () => {
  const open = async (as: ScriptedAs) => {
    const backend = await startOneBackend();
    const behalf = closeAfterTest(createBehalf({ ...toRoot(as), services: services(backend.url) }));
    const alice = await receive(behalf, await as.issue(some.claims()));
    return { backend, behalf, alice };
  };

  it("does not go to http beyond loopback by a base address", async () => {
    const { behalf, alice } = await open(await startAs());
    const { authConfig } = behalf.service("inventory");
    const options = new (await import("behalf")).HttpClientOptions({ authConfig });
    const client = await alice.run(() => behalf.httpServiceProvider.getClient(options).unwrap());
    expect(() => client.withBaseAddress("http://192.0.2.1/")).toThrow(expect.objectContaining({ refusal: "url" }));
    expect(client.withBaseAddress("https://192.0.2.1/").origin).toBe("https://192.0.2.1");
  });

  it.each(["TRACE", "CONNECT"])("is not shown to a backend that is asked by %s", async (method) => {
    const { behalf, alice, backend } = await open(await startAs());
    const sent = alice.run(() => behalf.service("inventory").fetch("/items", { method }));
    await expect(sent).rejects.toBeInstanceOf(Error);
    expect(backend.requests).toEqual([]);
  });
});

describe("a configuration", () => {
  it.each([
    ["inbound.requiredScopes", { inbound: { audience: "orders-api", requiredScopes: "  " } }],
    ["clientId", { clientId: " " }],
    ["messageIdHeader", { messageIdHeader: "Host" }],
    [
      "messageIdHeader",
      { messageIdHeader: "x-token", inbound: { audience: "orders-api", authorizationHeader: "X-Token" } },
    ],
    ["messageIdHeader", { inbound: { audience: "orders-api", authorizationHeader: "X-Request-Id" } }],
  ])("is refused for %s where it is %j", async (configPath, settings) => {
    const root = toRoot(await startAs());
    expect(() => createBehalf({ ...root, ...settings, services: {} })).toThrow(expect.objectContaining({ configPath }));
  });

  it("finds no variable that only every object has", async () => {
    const root = toRoot(await startAs());
    const clientSecret = "${env:constructor}";
    const start = (): unknown => createBehalf({ ...root, clientSecret, environment: {}, services: {} });
    expect(start).toThrow(expect.objectContaining({ configPath: "clientSecret" }));
  });
});
