import { request as sendRequest } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { AnyBehalf } from "behalf/fastify";
import { describe, expect, it, vi } from "vitest";
import { fault } from "../support/scripted-as.ts";
import { answer } from "../support/scripted-backend.ts";
import { the } from "../support/the.ts";
import type { StartApi } from "./api-under-test.ts";
import { type MakeRoutes, openOrdersApi } from "./open-orders-api.ts";

const tellCaller = (behalf: AnyBehalf): unknown => ({ subject: behalf.context.current()?.caller?.subject ?? "nobody" });

const routes: MakeRoutes = (behalf) => [
  { method: "GET", path: "/health", anonymous: true, handler: async () => tellCaller(behalf) },
  { method: "GET", path: "/me", handler: async () => tellCaller(behalf) },
];

const statusAndChallenge = ({ status, headers }: Response): readonly unknown[] => [
  status,
  headers.get("www-authenticate"),
];

function testRefusals(start: StartApi): void {
  it.each([
    ["no token", {}, 401, "Bearer"],
    ["Basic", { authorization: "Basic eDp5" }, 401, "Bearer"],
    ["an opaque token", { authorization: "Bearer opaque" }, 401, 'Bearer error="invalid_token"'],
  ])("refuses %s with a challenge, before the handler", async (...[, headers, status, challenge]) => {
    const { ask } = await openOrdersApi(start, routes);
    expect(statusAndChallenge(await ask("/me", headers))).toEqual([status, challenge]);
  });

  it("refuses two tokens as a bad request", async () => {
    const { running } = await openOrdersApi(start, routes);
    const status = await new Promise((resolve, reject) => {
      const headers = ["authorization", "Bearer a", "authorization", "Bearer b", "host", "localhost"];
      sendRequest(`${running.url}/me`, { headers }, (response) => {
        response.resume();
        resolve([response.statusCode, response.headers["www-authenticate"]]);
      })
        .on("error", reject)
        .end();
    });
    expect(status).toEqual([400, 'Bearer error="invalid_request"']);
  });

  it("refuses a token without a needed scope, and names the scope", async () => {
    const { ask, tokenOf } = await openOrdersApi(start, routes, { inbound: { requiredScopes: "orders audit" } });
    expect(statusAndChallenge(await ask("/me", await tokenOf(the.alice)))).toEqual([
      403,
      'Bearer error="insufficient_scope", scope="orders audit"',
    ]);
  });
}

function testRefusalBodies(start: StartApi): void {
  it("answers 503, not 401, while the signing keys cannot be had", async () => {
    const { as, ask, tokenOf } = await openOrdersApi(start, routes);
    as.faults.always("jwks", fault.status(500));
    const refused = await ask("/me", await tokenOf(the.alice));
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([503, "2"]);
  });

  it("answers with a problem document that holds no message", async () => {
    const { ask } = await openOrdersApi(start, routes);
    const refused = await ask("/me", { "x-request-id": "id-1" });
    expect(refused.headers.get("content-type")).toMatch(/^application\/problem\+json/);
    expect(refused.headers.get("cache-control")).toBe("no-store");
    expect(await refused.json()).toEqual({
      type: "about:blank",
      title: "Unauthorized",
      status: 401,
      messageId: "id-1",
    });
  });
}

function testAnonymous(start: StartApi): void {
  it("lets a request without a token in", async () => {
    const { ask } = await openOrdersApi(start, routes);
    expect(await (await ask("/health")).json()).toEqual({ subject: "nobody" });
  });

  it("knows a caller who shows a token", async () => {
    const { ask, tokenOf } = await openOrdersApi(start, routes);
    expect(await (await ask("/health", await tokenOf(the.alice))).json()).toEqual({ subject: the.alice });
  });

  it("refuses an invalid token all the same", async () => {
    const { ask } = await openOrdersApi(start, routes);
    expect((await ask("/health", { authorization: "Bearer opaque" })).status).toBe(401);
  });

  it("is not one that only looks like it", async () => {
    const { ask } = await openOrdersApi(start, routes);
    const statuses = await Promise.all(["/health/x", "/healthy"].map(async (path) => (await ask(path)).status));
    expect(statuses).toEqual([401, 401]);
  });
}

function testUnknownPaths(start: StartApi): void {
  it("is 401 without a token, so that nobody learns which paths there are", async () => {
    const { ask } = await openOrdersApi(start, routes);
    expect(statusAndChallenge(await ask("/nowhere"))).toEqual([401, "Bearer"]);
  });

  it("is 404 with a token", async () => {
    const { ask, tokenOf } = await openOrdersApi(start, routes);
    expect((await ask("/nowhere", await tokenOf(the.alice))).status).toBe(404);
  });
}

const slowRoutes: MakeRoutes = (behalf) => [
  {
    method: "GET",
    path: "/orders",
    handler: () => behalf.service("inventory").get("/any").json().unwrap(),
  },
];

function testHangUps(start: StartApi): void {
  it("ends the outgoing calls of the request", async () => {
    const { backend, running, tokenOf } = await openOrdersApi(start, slowRoutes);
    backend.handle(answer.hang());
    const controller = new AbortController();
    const headers = await tokenOf(the.alice);
    const asked = fetch(`${running.url}/orders`, { headers, signal: controller.signal }).catch(() => "left");
    await vi.waitFor(() => expect(backend.requests).toHaveLength(1));
    controller.abort();
    expect(await asked).toBe("left");
    await vi.waitFor(() => expect(backend.request().aborted).toBe(true));
  });

  it("leaves a flight to those who still wait", async () => {
    const { as, running, ask, tokenOf } = await openOrdersApi(start, slowRoutes);
    const gate = as.hold();
    const controller = new AbortController();
    const headers = await tokenOf(the.alice);
    const left = fetch(`${running.url}/orders`, { headers, signal: controller.signal }).catch(() => "left");
    const stayed = ask("/orders", headers);
    await gate.arrived(1);
    await sleep(20);
    controller.abort();
    expect(await left).toBe("left");
    await sleep(20);
    gate.release();
    expect((await stayed).status).toBe(200);
    expect([as.count("token"), as.tokenRequest().aborted]).toEqual([1, false]);
  });

  it("ends a flight that nobody waits for any more", async () => {
    const { as, running, tokenOf } = await openOrdersApi(start, slowRoutes);
    as.hold();
    const controller = new AbortController();
    const headers = await tokenOf(the.alice);
    const left = fetch(`${running.url}/orders`, { headers, signal: controller.signal }).catch(() => "left");
    await vi.waitFor(() => expect(as.count("token")).toBe(1));
    controller.abort();
    await left;
    await vi.waitFor(() => expect(as.tokenRequest().aborted).toBe(true));
  });
}

function testEarlyHangUps(start: StartApi): void {
  it("has none of the calls made that come later", async () => {
    let letGo = (): void => {};
    const released = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    const outcomes: unknown[] = [];
    const entered = vi.fn();
    const { backend, running, tokenOf } = await openOrdersApi(start, (behalf) => [
      {
        method: "GET",
        path: "/orders",
        handler: async () => {
          entered();
          await released;
          outcomes.push(await behalf.service("inventory").get("/any"));
        },
      },
    ]);
    const controller = new AbortController();
    const headers = await tokenOf(the.alice);
    const left = fetch(`${running.url}/orders`, { headers, signal: controller.signal }).catch(() => "left");
    await vi.waitFor(() => expect(entered).toHaveBeenCalled());
    controller.abort();
    await left;
    await sleep(50);
    letGo();
    await vi.waitFor(() => expect(outcomes).toMatchObject([{ ok: false, error: { name: "AbortError" } }]));
    expect(backend.requests).toHaveLength(0);
  });
}

function testClosing(start: StartApi): void {
  it("refuses calls after it", async () => {
    const { behalf, running } = await openOrdersApi(start, slowRoutes);
    const getClient = () => behalf.httpServiceProvider.getClient(undefined, { authenticate: false });
    const client = (await getClient().unwrap()).withBaseAddress("http://127.0.0.1:9");
    await running.close();
    for (const outcome of [await client.send({ url: "/" }), await getClient()]) {
      expect(outcome).toMatchObject({ ok: false, error: { code: "BEHALF_REQUEST_REFUSED", refusal: "closed" } });
    }
  });
}

/** Who is let in, and what becomes of those who leave. */
export function testCallers(start: StartApi): void {
  describe("a caller", () => {
    testRefusals(start);
    testRefusalBodies(start);
  });
  describe("an anonymous route", () => testAnonymous(start));
  describe("an unknown path", () => testUnknownPaths(start));
  describe("a caller who hangs up", () => {
    testHangUps(start);
    testEarlyHangUps(start);
  });
  describe("closing", () => testClosing(start));
}
