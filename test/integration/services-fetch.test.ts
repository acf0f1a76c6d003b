import { describe, expect, it, vi } from "vitest";
import { type Inventory, openInventory } from "../support/open-inventory.ts";
import { readClaims } from "../support/read-claims.ts";
import { answer } from "../support/scripted-backend.ts";
import { startOneBackend } from "../support/start-servers.ts";
import { the } from "../support/the.ts";

type Arguments = Parameters<typeof globalThis.fetch>;

interface Opened extends Inventory {
  ask(...given: Arguments): Promise<Response>;
}

async function open(): Promise<Opened> {
  const inventory = await openInventory();
  const { run } = await inventory.receive();
  return { ...inventory, ask: (...given) => run(() => inventory.behalf.service("inventory").fetch(...given)) };
}

describe("service.fetch", () => {
  it.each<[string, (url: string) => Arguments[0]]>([
    ["a relative text", () => "/items/1"],
    ["an absolute text", (url) => `${url}/v1/items/1`],
    ["a URL", (url) => new URL(`${url}/v1/items/1`)],
    ["a Request", (url) => new Request(`${url}/v1/items/1`)],
  ])("takes %s", async (_case, toInput) => {
    const { backend, ask } = await open();
    const response = await ask(toInput(backend.url));
    expect(response).toBeInstanceOf(globalThis.Response);
    expect(backend.request().url).toBe("/v1/items/1");
    expect(readClaims(backend.request().token)).toMatchObject({ sub: the.alice, aud: the.audience });
  });

  it("sends what a Request holds", async () => {
    const { backend, ask } = await open();
    const headers = { "content-type": "application/json", "x-a": "1" };
    await ask(new Request(`${backend.url}/v1/items`, { method: "PUT", headers, body: '{"a":1}' }));
    expect(backend.request()).toMatchObject({ method: "PUT", headers, body: '{"a":1}' });
  });

  it("lets the init win over a Request", async () => {
    const { backend, ask } = await open();
    const request = new Request(`${backend.url}/v1/items`, { method: "PUT", body: "old", headers: { "x-a": "old" } });
    await ask(request, { method: "POST", body: "new", headers: { "x-a": "new" } });
    expect(backend.request()).toMatchObject({ method: "POST", body: "new", headers: { "x-a": "new" } });
  });

  it("sends a form with its files", async () => {
    const { backend, ask } = await open();
    const body = new FormData();
    body.set("name", "grün");
    body.set("file", new File(["content"], "a.txt", { type: "text/plain" }));
    await ask("/items", { method: "POST", body });
    const { headers, body: sent } = backend.request();
    const received = await new Response(sent, {
      headers: { "content-type": headers["content-type"] ?? "" },
    }).formData();
    expect(received.get("name")).toBe("grün");
    expect(await new Response(received.get("file")).text()).toBe("content");
  });

  it("replays a form after a 401", async () => {
    const { backend, ask } = await open();
    backend.next(answer.unauthorized());
    const body = new FormData();
    body.set("name", "grün");
    expect((await ask("/items", { method: "POST", body })).status).toBe(200);
    expect(backend.request(-1).body).toBe(backend.request(-2).body);
  });

  it("sends a stream, and does not replay it", async () => {
    const { backend, ask } = await open();
    backend.next(answer.unauthorized());
    const init = { method: "POST", body: new Blob(["one ", "two"]).stream(), duplex: "half" } as const;
    expect((await ask("/items", init)).status).toBe(401);
    expect(backend.requests.map(({ body }) => body)).toEqual(["one two"]);
  });

  it.each([204, 404, 409, 500])("gives a response of status %i as it is", async (status) => {
    const { backend, ask } = await open();
    backend.handle((_request, response) => response.writeHead(status).end());
    expect((await ask("/items")).status).toBe(status);
  });

  it("follows no redirect: it is an error, or the answer where that is asked for", async () => {
    const elsewhere = await startOneBackend();
    const { backend, ask } = await open();
    backend.handle(answer.redirect(elsewhere.url));
    await expect(ask("/items")).rejects.toMatchObject({ code: "BEHALF_BACKEND_REDIRECT" });
    expect((await ask("/items", { redirect: "manual" })).status).toBe(302);
    expect(elsewhere.connections).toBe(0);
  });

  it.each(["https://evil.example/v1/items", "//evil.example", "../admin", "/..%2fadmin", "\\\\evil.example"])(
    "refuses %s, and sends nothing",
    async (url) => {
      const { backend, ask } = await open();
      await expect(ask(url)).rejects.toMatchObject({ code: "BEHALF_REQUEST_REFUSED", refusal: "url" });
      expect(backend.requests).toHaveLength(0);
    },
  );

  it.each(["authorization", "proxy-authorization", "dpop", "host", "x-request-id", "transfer-encoding"])(
    "refuses the header %s",
    async (name) => {
      const { backend, ask } = await open();
      const given = ask("/items", { headers: [[name, "1"]] });
      await expect(given).rejects.toMatchObject({ refusal: "header", subject: name });
      expect(backend.requests).toHaveLength(0);
    },
  );

  it("rejects with the reason of its signal", async () => {
    const { backend, ask } = await open();
    backend.handle(answer.hang());
    const controller = new AbortController();
    const asked = ask("/items", { signal: controller.signal });
    await vi.waitFor(() => expect(backend.requests).toHaveLength(1));
    controller.abort(new Error("not wanted any more"));
    await expect(asked).rejects.toThrow("not wanted any more");
    await vi.waitFor(() => expect(backend.request().aborted).toBe(true));
  });

  it("rejects with the reason of a Request's signal, also while it waits for a token", async () => {
    const { as, backend, ask } = await open();
    as.hold();
    const controller = new AbortController();
    const asked = ask(new Request(`${backend.url}/v1/items`, { signal: controller.signal }));
    const rejected = vi.fn();
    asked.catch(rejected);
    await vi.waitFor(() => expect(as.count("token")).toBe(1));
    const reason = new Error("not wanted any more");
    controller.abort(reason);
    await vi.waitFor(() => expect(rejected).toHaveBeenCalledWith(reason));
  });

  it("rejects without a caller", async () => {
    const { behalf, backend } = await openInventory();
    await expect(behalf.service("inventory").fetch("/items")).rejects.toMatchObject({ code: "BEHALF_CONTEXT_MISSING" });
    expect(backend.requests).toHaveLength(0);
  });
});
