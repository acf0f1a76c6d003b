import { setTimeout as sleep } from "node:timers/promises";
import type { Call } from "behalf";
import { describe, expect, it } from "vitest";
import { readClaims } from "../support/read-claims.ts";
import { the } from "../support/the.ts";
import type { StartApi } from "./api-under-test.ts";
import { type MakeRoutes, openOrdersApi } from "./open-orders-api.ts";

const callerRoutes: MakeRoutes = (behalf) => {
  const tellCaller = async (): Promise<unknown> => {
    await sleep(1);
    return { subject: behalf.context.current()?.caller?.subject };
  };
  return [
    { method: "GET", path: "/me", handler: tellCaller },
    { method: "POST", path: "/me", handler: async ({ body }) => ({ body, ...Object(await tellCaller()) }) },
  ];
};

async function* sendSlowly(parts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) {
    await sleep(20);
    yield new TextEncoder().encode(part);
  }
}

const bothOrders: readonly (readonly ["alice" | "bob", string])[] = Array.from({ length: 10 }, (_, index) =>
  index % 2 === 0 ? [the.alice, `/orders/${index}`] : [the.bob, `/orders/${index}`],
);

function testRequests(start: StartApi): void {
  it("is there in a GET", async () => {
    const { ask, tokenOf } = await openOrdersApi(start, callerRoutes);
    expect(await (await ask("/me", await tokenOf(the.alice))).json()).toEqual({ subject: the.alice });
  });

  it("is there in a POST, after its body was parsed", async () => {
    const { ask, tokenOf } = await openOrdersApi(start, callerRoutes);
    const body = { text: "x".repeat(90_000) };
    const answer = await ask("/me", await tokenOf(the.alice), body);
    expect(await answer.json()).toEqual({ subject: the.alice, body });
  });

  it("is there in a POST whose body comes late, of a caller who is known already", async () => {
    const { running, ask, tokenOf } = await openOrdersApi(start, callerRoutes);
    const headers = { ...(await tokenOf(the.alice)), "content-type": "application/json" };
    await ask("/me", headers);
    const parts = ['{"text":', '"late"}'];
    const body = ReadableStream.from(sendSlowly(parts));
    const answer = await fetch(`${running.url}/me`, { method: "POST", headers, body, duplex: "half" });
    expect(await answer.json()).toEqual({ subject: the.alice, body: { text: "late" } });
  });

  it("is gone outside of requests", async () => {
    const { behalf } = await openOrdersApi(start, callerRoutes);
    expect(behalf.context.current()).toBeUndefined();
  });

  it("keeps requests at the same time apart", async () => {
    const { as, backend, ask, tokenOf } = await openOrdersApi(start);
    const gate = as.hold();
    const headers = { [the.alice]: await tokenOf(the.alice), [the.bob]: await tokenOf(the.bob) };
    const answers = Promise.all(bothOrders.map(([person, path]) => ask(path, headers[person])));
    await gate.arrived(2);
    gate.release();
    expect((await answers).every(({ status }) => status === 200)).toBe(true);
    const seen = backend.requests.map(({ path, token }) => `${readClaims(token).sub} ${path}`);
    expect(seen.sort()).toEqual(
      bothOrders.map(([person, path]) => `${person} ${path.replace("orders", "items")}`).sort(),
    );
    expect(as.count("token")).toBe(2);
  });
}

function testHandles(start: StartApi): void {
  it("is read when a call is made: a handle of alice's request sends bob's token in bob's", async () => {
    let keep: (() => Call) | undefined;
    const { backend, ask, tokenOf } = await openOrdersApi(start, (behalf) => [
      {
        method: "GET",
        path: "/use",
        handler: async () => {
          const item = behalf.service("inventory").endpoint("item");
          keep ??= () => item.get({ params: { sku: "1" } });
          return (await keep()).ok;
        },
      },
    ]);
    for (const person of [the.alice, the.bob, the.alice]) await ask("/use", await tokenOf(person));
    expect(backend.requests.map(({ token }) => readClaims(token).sub)).toEqual([the.alice, the.bob, the.alice]);
  });

  it("is that of the request in which a call was made, wherever it is awaited", async () => {
    let kept: Call | undefined;
    const { backend, ask, tokenOf } = await openOrdersApi(start, (behalf) => [
      {
        method: "GET",
        path: "/make",
        handler: async () => {
          kept = behalf
            .service("inventory")
            .endpoint("item")
            .get({ params: { sku: "1" } });
          return "made";
        },
      },
      { method: "GET", path: "/send", handler: async () => (await kept)?.ok },
    ]);
    await ask("/make", await tokenOf(the.alice));
    await ask("/send", await tokenOf(the.bob));
    expect(readClaims(backend.request().token).sub).toBe(the.alice);
  });
}

function testMessageIds(start: StartApi): void {
  it("that came is echoed and sent on", async () => {
    const { backend, ask, tokenOf } = await openOrdersApi(start);
    const answer = await ask("/orders/1", { ...(await tokenOf(the.alice)), "x-request-id": "abc-1" });
    expect([answer.headers.get("x-request-id"), backend.request().headers["x-request-id"]]).toEqual(["abc-1", "abc-1"]);
  });

  it.each([
    ["none came", {}],
    ["an invalid one came", { "x-request-id": "<script>" }],
  ])("is made when %s", async (_case, headers) => {
    const { backend, ask, tokenOf } = await openOrdersApi(start);
    const answer = await ask("/orders/1", { ...(await tokenOf(the.alice)), ...headers });
    const made = answer.headers.get("x-request-id");
    expect(made).toMatch(/^[\w-]{36}$/);
    expect(backend.request().headers["x-request-id"]).toBe(made);
  });

  it("is in the answer to an error too, and in its body", async () => {
    const { ask } = await openOrdersApi(start);
    const [given, made] = [await ask("/orders/1", { "x-request-id": "abc-1" }), await ask("/orders/1")];
    expect(await given.json()).toMatchObject({ messageId: "abc-1" });
    expect(await made.json()).toMatchObject({ messageId: made.headers.get("x-request-id") });
  });
}

function testPassedOn(start: StartApi): void {
  it("passes traceparent and tracestate on, and no other header", async () => {
    const { backend, ask, tokenOf } = await openOrdersApi(start);
    const trace = { traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", tracestate: "a=1" };
    await ask("/orders/1", { ...(await tokenOf(the.alice)), ...trace, cookie: "a=b", "x-forwarded-for": "10.0.0.1" });
    const names = Object.keys(backend.request().headers);
    expect(backend.request().headers).toMatchObject(trace);
    expect(names.sort()).toEqual(
      [
        "accept",
        "authorization",
        "connection",
        "host",
        "traceparent",
        "tracestate",
        "user-agent",
        "x-request-id",
      ].sort(),
    );
  });

  it.each([true, false])("tells the times of its steps when configured: %s", async (serverTiming) => {
    const { ask, tokenOf } = await openOrdersApi(start, undefined, { serverTiming });
    const timing = (await ask("/orders/1", await tokenOf(the.alice))).headers.get("server-timing");
    if (serverTiming) expect(timing).toMatch(/^in-auth-jwt;dur=[\d.]+, out-get;dur=[\d.]+, out-auth-tx;dur=[\d.]+$/);
    else expect(timing).toBeNull();
  });
}

/** The request's context: found everywhere, and never another's. */
export function testContext(start: StartApi): void {
  describe("the context", () => {
    testRequests(start);
    testHandles(start);
  });
  describe("the message id", () => testMessageIds(start));
  describe("a request", () => testPassedOn(start));
}
