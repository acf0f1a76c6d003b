import { createBehalf, type ServerFetch } from "behalf";
import { createClock, createScriptedAs, type Fault, fault, type ScriptedAs, startScriptedAs } from "behalf/testing";
import { describe, expect, it, onTestFinished } from "vitest";
import { closeAfterTest, receive, toRoot } from "../support/open-behalf.ts";
import { startOneBackend } from "../support/start-servers.ts";
import { the } from "../support/the.ts";

const headers = { authorization: `Basic ${btoa(`${the.clientId}:${the.clientSecret}`)}` };
const overSocket: ServerFetch = (url, { signal = null, body = null, ...request }) =>
  fetch(url, { ...request, body, signal });

async function open(options?: Parameters<typeof createScriptedAs>[0]): Promise<ScriptedAs> {
  const as = await createScriptedAs(options);
  onTestFinished(() => as.close());
  return as;
}

function ask(as: ScriptedAs, send: ServerFetch = as.fetch, signal?: AbortSignal): Promise<Response> {
  const body = new URLSearchParams({ grant_type: the.clientCredentialsGrant });
  return send(as.tokenEndpoint, { method: "POST", headers, body, ...(signal ? { signal } : {}) });
}

/** What a client sees of an answer, or of its absence, that is the same by either way. */
async function observe(asked: Promise<Response>): Promise<unknown> {
  try {
    const response = await asked;
    const body = (await response.text()).replaceAll(/"(access_token|jti)":"[^"]*"/g, '"$1":"…"');
    return { status: response.status, headers: Object.fromEntries(response.headers), body };
  } catch (error) {
    return error instanceof Error ? error.name : error;
  }
}

const withoutTransport = ["connection", "content-length", "date", "keep-alive"];

describe("a server without a port", () => {
  it("serves an instance of Behalf", async () => {
    const clock = createClock();
    const as = await open({ clock });
    const backend = await startOneBackend();
    const services = { inventory: { host: backend.url, grantType: "tokenExchange", endpoints: { all: "/" } } } as const;
    const behalf = closeAfterTest(createBehalf({ ...toRoot(as), fetch: as.fetch, now: clock.now, services }));
    const { run } = await receive(behalf, await as.issue({ sub: the.alice }));
    await run(() => behalf.service("inventory").endpoint("all").get().unwrap());
    expect(backend.requests).toHaveLength(1);
    expect(as.issuer).toBe("https://as.test");
    expect(["metadata", "jwks", "token"].map((endpoint) => as.count(endpoint as "token"))).toEqual([1, 1, 1]);
  });

  it("stands where it is told to", async () => {
    const as = await open({ origin: "https://login.example.com", issuerPath: "/tenant1" });
    const response = await as.fetch(`${as.issuer}/.well-known/openid-configuration`, { method: "GET", headers: {} });
    expect(await response.json()).toMatchObject({ issuer: "https://login.example.com/tenant1" });
  });

  it("records a request as over a connection", async () => {
    const as = await open();
    await ask(as);
    const { form, presented, headers: received } = as.tokenRequest();
    expect([...form]).toEqual([["grant_type", the.clientCredentialsGrant]]);
    expect(presented.clientId).toBe(the.clientId);
    expect(received["content-type"]).toMatch(/^application\/x-www-form-urlencoded/);
  });

  it("refuses a request that is larger than any form", async () => {
    const as = await open();
    const body = "x".repeat(1024 * 1024 + 1);
    expect((await as.fetch(as.tokenEndpoint, { method: "POST", headers, body })).status).toBe(413);
  });

  it("reaches no other server", async () => {
    const as = await open();
    const asked = as.fetch("https://elsewhere.example/", { method: "GET", headers: {} });
    await expect(asked).rejects.toMatchObject({ name: "TypeError", code: "ECONNREFUSED" });
  });

  it("is gone once it is closed", async () => {
    const as = await open();
    await as.close();
    await expect(ask(as)).rejects.toMatchObject({ name: "TypeError", code: "ECONNREFUSED" });
  });
});

describe("a fault without a socket", () => {
  it.each<readonly [string, Fault]>([
    ["status", fault.status(503, { "retry-after": "7" }, "gone")],
    ["no content", fault.status(204)],
    ["oauthError", fault.oauthError("invalid_client")],
    ["tooManyRequests", fault.tooManyRequests(3)],
    ["tooManyRequests without a time", fault.tooManyRequests()],
    ["malformedJson", fault.malformedJson()],
    ["contentType", fault.contentType("text/plain")],
    ["expiresIn a text", fault.expiresIn("300")],
    ["expiresIn huge", fault.expiresIn(Number.MAX_SAFE_INTEGER)],
    ["expiresIn missing", fault.expiresIn(undefined)],
    ["tokenType", fault.tokenType("N_A")],
    ["html", fault.html()],
    ["emptyBody", fault.emptyBody()],
    ["drop", fault.drop()],
    ["close", fault.close()],
    ["delay", fault.delay(5, fault.status(502))],
  ])("is the one over a socket: %s", async (_name, given) => {
    const as = await startScriptedAs();
    onTestFinished(() => as.close());
    as.faults.next("token", given, given);
    const socket = await observe(ask(as, overSocket));
    const memory = await observe(ask(as));
    if (typeof socket === "object" && socket !== null && "headers" in socket) {
      for (const name of withoutTransport) Reflect.deleteProperty(Object(socket.headers), name);
    }
    expect(memory).toEqual(socket);
  });

  it.each(["hang", "stall"] as const)("is waited for as long as was said: %s", async (name) => {
    const as = await open({ fetchTimeoutMs: 20 });
    as.faults.next("token", fault[name]());
    await expect(ask(as)).rejects.toMatchObject({ name: "TimeoutError" });
    expect(as.tokenRequest()).toMatchObject({ aborted: true, outcome: name });
  });

  it("ends with the signal of who asked", async () => {
    const as = await open();
    as.faults.next("token", fault.hang());
    const controller = new AbortController();
    const asked = ask(as, as.fetch, controller.signal);
    const reason = new Error("nobody waits");
    controller.abort(reason);
    await expect(asked).rejects.toBe(reason);
  });

  it("ends with the server", async () => {
    const as = await open();
    as.faults.next("token", fault.hang(), fault.delay(60_000));
    const asked = [ask(as), ask(as)].map((one) => expect(one).rejects.toMatchObject({ code: "ECONNRESET" }));
    await as.close();
    await Promise.all(asked);
  });

  it("does not let a huge body arrive", async () => {
    const as = await open();
    as.faults.next("token", fault.hugeBody());
    await expect(ask(as)).rejects.toBeInstanceOf(RangeError);
  });

  it("holds requests back", async () => {
    const as = await open();
    const gate = as.hold();
    const asked = ask(as);
    await gate.arrived();
    gate.release();
    expect((await asked).status).toBe(200);
  });
});
