import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import { openInventory } from "../../support/open-inventory.ts";
import { answer } from "../../support/scripted-backend.ts";

async function open() {
  const { behalf, backend } = await openInventory({ grantType: "clientCredentials" });
  return { backend, fetch: behalf.service("inventory").fetch };
}

/** As libraries hand it over that bring a class of their own. */
function createForeignRequest(url: string, init: RequestInit): Request {
  const request = new Request(url, init);
  const { method, headers, body, signal, redirect } = request;
  const foreign = { url, method, headers, body, signal, redirect, arrayBuffer: () => request.arrayBuffer() };
  return Object.assign(Object.create(null), foreign);
}

describe("service.fetch", () => {
  it("sends a request of another class as what it is", async () => {
    const { backend, fetch } = await open();
    const headers = { "content-type": "application/json" };
    await fetch(createForeignRequest(`${backend.url}/v1/items`, { method: "PUT", headers, body: '{"a":1}' }));
    expect(backend.request()).toMatchObject({ method: "PUT", url: "/v1/items", headers, body: '{"a":1}' });
  });

  it("ends with the signal of a request of another class", async () => {
    const { backend, fetch } = await open();
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(fetch(createForeignRequest(`${backend.url}/v1/items`, { signal }))).rejects.toThrow("enough");
    expect(backend.requests).toHaveLength(0);
  });

  it("lets no signal of a request end it where the init says null", async () => {
    const { backend, fetch } = await open();
    const request = new Request(`${backend.url}/v1/items`, { signal: AbortSignal.abort() });
    expect((await fetch(request, { signal: null })).status).toBe(200);
    expect(backend.requests).toHaveLength(1);
  });

  it("sends a stream of Node's while it is read, once", async () => {
    const { backend, fetch } = await open();
    backend.next(answer.unauthorized());
    const body = Readable.from(["one ", "two"]);
    const response = await fetch("/items", { method: "POST", body, duplex: "half" });
    expect([response.status, backend.requests.map((request) => request.body)]).toEqual([401, ["one two"]]);
    expect(backend.request().headers).toMatchObject({ "transfer-encoding": "chunked" });
  });

  it("sends no media type for a stream that has none", async () => {
    const { backend, fetch } = await open();
    await fetch("/items", { method: "POST", body: Readable.from(["one"]), duplex: "half" });
    expect(backend.request().headers).not.toHaveProperty("content-type");
  });

  it("sends bytes and forms with their length", async () => {
    const { backend, fetch } = await open();
    await fetch("/items", { method: "POST", body: new TextEncoder().encode("grün").buffer });
    expect(backend.request()).toMatchObject({ body: "grün", headers: { "content-length": "5" } });
    await fetch("/items", { method: "POST", body: new URLSearchParams({ a: "b c" }) });
    expect(backend.request().headers["content-type"]).toBe("application/x-www-form-urlencoded;charset=UTF-8");
  });
});
