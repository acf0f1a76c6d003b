import { Agent, get, type OutgoingHttpHeaders } from "node:http";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { startScriptedAs } from "./scripted-as.ts";
import { answer, type Backend, startBackend } from "./scripted-backend.ts";
import { some } from "./some.ts";
import { the } from "./the.ts";

let backend: Backend;

beforeEach(async () => {
  backend = await startBackend();
});
afterEach(() => backend.close());

function getOver(agent: Agent, headers: OutgoingHttpHeaders = {}): Promise<string> {
  return new Promise((done, fail) => {
    get(backend.url, { agent, headers }, (response) => done(text(response))).on("error", fail);
  });
}

const bearer = (token: string): RequestInit => ({ headers: { authorization: `Bearer ${token}` } });

describe("requests", () => {
  it("are recorded and echoed", async () => {
    const response = await fetch(`${backend.url}/items/%2e?q=1`, { method: "PUT", body: "hello", ...bearer("t") });
    expect(await response.json()).toMatchObject({ method: "PUT", body: "hello" });
    expect(backend.request()).toMatchObject({ method: "PUT", body: "hello", token: "t", connection: 1 });
    expect(backend.request().query.get("q")).toBe("1");
  });

  it("keep the headers as they were sent", async () => {
    await getOver(new Agent(), { "X-Twice": ["a", "b"] });
    expect(backend.request().rawHeaders.filter((name) => name === "X-Twice")).toHaveLength(2);
  });
});

describe("answers", () => {
  it("come from the queue first, then from the handler", async () => {
    backend.handle(answer.json({ ready: true }));
    backend.next(answer.status(503), answer.problem(409, { title: "Taken" }));
    const responses = [await fetch(backend.url), await fetch(backend.url), await fetch(backend.url)];
    expect(responses.map(({ status }) => status)).toEqual([503, 409, 200]);
    expect(responses[1]?.headers.get("content-type")).toBe("application/problem+json");
  });

  it("refuse a given token with its challenge", async () => {
    backend.refuse("old", 'Bearer error="invalid_token"');
    const [old, fresh] = [await fetch(backend.url, bearer("old")), await fetch(backend.url, bearer("new"))];
    expect([old.status, fresh.status]).toEqual([401, 200]);
    expect(old.headers.get("www-authenticate")).toBe('Bearer error="invalid_token"');
  });

  it("refuse a given token without a challenge", async () => {
    backend.refuse("old");
    const response = await fetch(backend.url, bearer("old"));
    expect([response.status, response.headers.has("www-authenticate")]).toEqual([401, false]);
  });

  it("redirect", async () => {
    backend.next(answer.redirect("https://elsewhere.example/"));
    const response = await fetch(backend.url, { redirect: "manual" });
    expect([response.status, response.headers.get("location")]).toEqual([302, "https://elsewhere.example/"]);
  });

  it("arrive in pieces", async () => {
    backend.next(answer.stream(["one ", "two"]));
    expect(await (await fetch(backend.url)).text()).toBe("one two");
  });

  it("arrive late", async () => {
    backend.next(answer.delay(10, answer.status(204)));
    expect((await fetch(backend.url)).status).toBe(204);
  });

  it.each([
    ["before the answer", answer.drop()],
    ["in the answer", answer.dropAfter("half")],
    ["in an open stream, by closing", answer.stream(["half"], { open: true })],
  ])("end with a lost connection %s", async (_case, handler) => {
    backend.next(handler);
    const body = fetch(backend.url).then((response) => response.text());
    const failed = expect(body).rejects.toThrow(TypeError);
    await vi.waitFor(() => expect(backend.requests).toHaveLength(1));
    setTimeout(backend.dropConnections, 20).unref();
    await failed;
  });

  it("become 500 when the handler throws", async () => {
    backend.next(() => {
      throw new Error("broken handler");
    });
    const response = await fetch(backend.url);
    expect([response.status, await response.text()]).toEqual([500, "Error: broken handler"]);
  });
});

describe("connections", () => {
  it("are kept alive and counted", async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    await getOver(agent);
    await getOver(agent);
    expect([backend.requests.length, backend.connections, backend.openConnections]).toEqual([2, 1, 1]);
    agent.destroy();
  });

  it("show a client that left", async () => {
    backend.next(answer.hang());
    const controller = new AbortController();
    const response = fetch(backend.url, { signal: controller.signal }).catch(() => "left");
    await vi.waitFor(() => expect(backend.requests).toHaveLength(1));
    controller.abort();
    expect(await response).toBe("left");
    await vi.waitFor(() => expect(backend.request().aborted).toBe(true));
  });
});

describe("verify", () => {
  it("lets only good tokens through", async () => {
    const as = await startScriptedAs();
    const { issuer, jwksUri } = as;
    const verified = await startBackend({ verify: { issuer, jwksUri, audience: the.audience } });
    const good = await as.issue(some.claims({ aud: the.audience }));
    const forAnother = await as.issue(some.claims({ aud: the.otherAudience }));

    const responses = [
      await fetch(verified.url, bearer(good)),
      await fetch(verified.url, bearer(forAnother)),
      await fetch(verified.url),
      await fetch(verified.url, { headers: { authorization: `DPoP ${good}` } }),
    ];

    expect(responses.map(({ status }) => status)).toEqual([200, 401, 401, 401]);
    expect(responses.map(({ headers }) => headers.get("www-authenticate"))).toEqual([
      null,
      'Bearer error="invalid_token"',
      "Bearer",
      "Bearer",
    ]);
    await Promise.all([as.close(), verified.close()]);
  });
});
