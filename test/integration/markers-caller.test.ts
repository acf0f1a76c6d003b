import { createBehalf, HttpClientOptions, isBehalfError } from "behalf";
import { describe, expect, it, vi } from "vitest";
import { findMarks, listTokens, mark } from "../support/marks.ts";
import { closeAfterTest, openRequest, toRoot } from "../support/open-behalf.ts";
import { openMarkedApi } from "../support/open-marked-api.ts";
import { recordEveryEvent } from "../support/record-events.ts";
import { fault } from "../support/scripted-as.ts";
import { answer } from "../support/scripted-backend.ts";
import { some } from "../support/some.ts";
import { startServers } from "../support/start-servers.ts";
import { the } from "../support/the.ts";

const params = { sku: "1" };

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");

describe("what a caller shows stays inside", () => {
  it.each([
    ["Basic", `Basic ${mark("basic")}`],
    ["an opaque token", `Bearer ${mark("token")}`],
    ["two tokens", `Bearer ${mark("first")}, Bearer ${mark("second")}`],
    ["an unknown scheme", `${mark("scheme")} ${mark("token")}`],
    ["a header of a token", `Bearer ${encode({ alg: mark("alg"), kid: mark("kid"), typ: mark("typ") })}.e30.x`],
    ["claims of a token", `Bearer ${encode({ alg: "ES256", kid: mark("kid") })}.${encode({ sub: mark("sub") })}.x`],
  ])("with %s", async (_case, authorization) => {
    const { behalf, leaks } = await openMarkedApi();
    const { context } = openRequest(behalf, { authorization });
    const looked: unknown = await Promise.resolve()
      .then(() => behalf.authenticateCaller(context))
      .catch((error: unknown) => error);
    expect(looked).toMatchObject({ name: "CallerTokenError" });
    expect(leaks(looked, context, await behalf.httpServiceProvider.getAccessToken())).toEqual([]);
  });

  it.each([
    ["issuer", { iss: `https://${mark("issuer")}` }],
    ["audience", { aud: mark("audience") }],
    ["end", { exp: 1, jti: mark("jti") }],
    ["type", { exp: mark("exp") }],
  ])("with a token that is refused for its %s", async (_case, claims) => {
    const { as, behalf, leaks } = await openMarkedApi();
    const token = await as.issue(some.claims({ sub: mark("subject"), ...claims }));
    const { context } = openRequest(behalf, { authorization: `Bearer ${token}` });
    const looked: unknown = await Promise.resolve(behalf.authenticateCaller(context)).catch((error: unknown) => error);
    expect(looked).toMatchObject({ name: "CallerTokenError" });
    expect([leaks(looked, context), findMarks([looked, context], [token])]).toEqual([[], []]);
  });

  it("with a message id that is none, and with headers that are not read", async () => {
    const { backend, inventory, leaks, receive } = await openMarkedApi();
    const { context, run, responseHeaders } = await receive({
      "x-request-id": `${mark("message-id")} <b>`,
      cookie: mark("cookie"),
      "user-agent": mark("user-agent"),
    });
    const outcome = await run(() => inventory.endpoint("item").get({ params }));
    expect(leaks(outcome, context, [...responseHeaders])).toEqual([]);
    expect(findMarks(backend.request().rawHeaders)).toEqual([]);
  });

  it("with a trace, which is passed on by design, to the backend alone", async () => {
    const { as, backend, inventory, leaks, receive } = await openMarkedApi();
    const { run } = await receive({ traceparent: mark("traceparent"), tracestate: mark("tracestate") });
    const outcome = await run(() => inventory.endpoint("item").get({ params }));
    expect(leaks(outcome)).toEqual([]);
    expect(backend.request().headers).toMatchObject({ traceparent: mark("traceparent") });
    expect(findMarks(as.tokenRequest().rawHeaders)).toEqual([]);
  });
});

describe("what a program sends stays inside", () => {
  it("with path, query, headers and body of a call that fails", async () => {
    const { backend, inventory, leaks, receive } = await openMarkedApi();
    backend.handle(answer.status(500));
    const { run } = await receive();
    const options = { params: { sku: mark("sku") }, query: { q: mark("query") }, headers: { "x-a": mark("header") } };
    const call = run(() => inventory.endpoint("item").post({ ...options, json: { text: mark("body") } }));
    expect(leaks(call, await call)).toEqual([]);
    expect(findMarks(backend.request())).toContain(mark("body"));
  });

  it.each([
    ["a path parameter", { params: { sku: `${mark("sku")}\ud800` } }],
    ["a header value", { params, headers: { "x-a": `${mark("header")}\n` } }],
    ["a header of ours", { params, headers: { authorization: `Bearer ${mark("token")}` } }],
  ])("with %s that is refused", async (_case, options) => {
    const { inventory, leaks, receive } = await openMarkedApi();
    const { run } = await receive();
    const outcome = await run(() => inventory.endpoint("item").get(options));
    expect(outcome).toMatchObject({ ok: false, error: { code: "BEHALF_REQUEST_REFUSED" } });
    expect(leaks(outcome)).toEqual([]);
  });

  it.each([
    `https://${mark("host")}.example/${mark("path")}`,
    `//${mark("host")}.example/items`,
    `https://u:${mark("pass")}@x.example`,
  ])("with a URL that is refused: %s", async (url) => {
    const { inventory, leaks, receive } = await openMarkedApi();
    const { run } = await receive();
    const fetched: unknown = await run(() => inventory.fetch(url).catch((error: unknown) => error));
    expect(fetched).toMatchObject({ code: "BEHALF_REQUEST_REFUSED" });
    expect(leaks(fetched, await run(() => inventory.get(url)))).toEqual([]);
  });
});

describe("what holds a secret", () => {
  it("shows it neither by inspect nor as JSON", async () => {
    const api = await openMarkedApi();
    const { behalf, inventory, leaks, receive } = api;
    const { context, run } = await receive();
    const item = inventory.endpoint("item");
    const call = run(() => item.get({ params }));
    const token = await run(() => inventory.authenticate().unwrap());
    const options = new HttpClientOptions({ authConfig: item.authConfig, actorToken: token });
    const client = await run(() => behalf.httpServiceProvider.getClient(options).unwrap());
    const asked = { authConfig: item.authConfig, grantType: item.authConfig.grantType };
    const secret = await item.authConfig.getClientSecret(asked);
    const ofClient = await client.withBaseAddress(api.backend.url).send({ url: "/items/1" });
    const subject = context.caller?.token;
    expect(secret.unwrap().value()).toBe(mark("client-secret"));
    const all = [behalf, behalf.httpServiceProvider, behalf.context, inventory, item, inventory.endpoints];
    const more = [call, await call, token, options, client, ofClient, secret, context, subject, item.authConfig];
    expect(leaks(...all, ...more, behalf.describe())).toEqual([]);
    expect(leaks({ ...behalf }, { ...client }, { ...options }, { ...token }, `${token} ${secret.unwrap()}`)).toEqual(
      [],
    );
  });

  it("keeps it out of describe() and explain()", async () => {
    const { as, backend } = await startServers();
    const behalf = closeAfterTest(
      createBehalf({
        ...toRoot(as),
        clientSecret: mark("root-secret"),
        services: {
          inventory: {
            host: backend.url,
            grantType: "clientCredentials",
            clientSecret: mark("service-secret"),
            endpoints: { item: { path: "/items", clientSecret: mark("endpoint-secret") } },
          },
          wrong: { host: `https://user:${mark("password")}@wrong.example`, clientSecret: mark("wrong-secret") },
        },
      }),
    );
    const wrong = await behalf.service("wrong").get("/");
    expect(wrong).toMatchObject({ ok: false, error: { code: "BEHALF_CONFIG_INVALID" } });
    expect(findMarks([behalf.describe(), behalf.explain("inventory", "item"), wrong])).toEqual([]);
  });
});

describe("the log of one who gave no logger", () => {
  it("holds no secret", async () => {
    const written: string[] = [];
    const stderr = vi.spyOn(process.stderr, "write").mockImplementation((text) => {
      written.push(String(text));
      return true;
    });
    const events = recordEveryEvent();
    const { as, backend } = await startServers({ clients: [some.client({ clientSecret: mark("client-secret") })] });
    const { logger: _, ...root } = toRoot(as);
    const services = {
      inventory: { host: backend.url, grantType: "clientCredentials", audience: the.audience },
    } as const;
    const behalf = closeAfterTest(createBehalf({ ...root, clientSecret: mark("client-secret"), services }));
    as.faults.next(
      "token",
      fault.oauthError("invalid_client", { members: { error_description: mark("description") } }),
    );
    const refused = await behalf.service("inventory").get("/");
    if (!refused.ok && isBehalfError(refused.error)) behalf.answer(refused.error);
    stderr.mockRestore();
    expect([refused.ok, written.length > 0, events.length > 0]).toEqual([false, true, true]);
    expect(findMarks(written, listTokens({ as, backend }))).toEqual([]);
  });
});
