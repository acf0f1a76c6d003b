import { HttpClientOptions } from "behalf";
import createClient, { type Client } from "openapi-fetch";
import { describe, expect, it } from "vitest";
import { readClaims } from "../support/read-claims.ts";
import { the } from "../support/the.ts";
import type { InventoryPaths } from "./inventory-paths.ts";
import { type Mock, openMock } from "./open-mock.ts";

const path = { "item-sku": "a/1" };

async function open(): Promise<Mock & { readonly client: Client<InventoryPaths> }> {
  const mock = await openMock();
  const { baseUrl, fetch } = mock.inventory;
  return { ...mock, client: createClient<InventoryPaths>({ baseUrl, fetch }) };
}

describe("openapi-fetch over service.fetch", () => {
  it("is let in with the token, and not without", async () => {
    const { client, url, last } = await open();
    expect((await fetch(`${url}/items`)).status).toBe(401);
    const { data, response } = await client.GET("/items");
    expect(response.status).toBe(200);
    expect(data).toEqual([{ sku: "a-1", amount: 3 }]);
    expect(readClaims(last().headers.get("authorization")?.slice("Bearer ".length)).sub).toBe(the.clientId);
  });

  it("fills paths and queries in", async () => {
    const { client, last } = await open();
    await client.GET("/items", { params: { query: { tag: ["a b", "c&d"], limit: 2, archived: false } } });
    expect(last().url).toBe("/v1/items?tag=a%20b&tag=c%26d&limit=2&archived=false");
    await client.GET("/items/{item-sku}", { params: { path } });
    expect(last().url).toBe("/v1/items/a%2F1");
  });

  it("sends JSON with its headers, and reads the headers of the answer", async () => {
    const { client, last } = await open();
    const body = { sku: "ä", amount: 1 };
    const { data } = await client.PUT("/items/{item-sku}", {
      params: { path, header: { "If-Match": '"1"' } },
      body,
    });
    expect(data?.amount).toBe(3);
    expect(Object.fromEntries(last().headers)).toMatchObject({ "content-type": "application/json", "if-match": '"1"' });
    expect(await last().request.json()).toEqual(body);
    const { response } = await client.POST("/items", { body });
    expect([response.status, response.headers.get("location")]).toEqual([201, "/v1/items/a-1"]);
  });

  it("sends a form with a file", async () => {
    const { client, last } = await open();
    const form = new FormData();
    form.set("title", "grün");
    form.set("file", new File(["content"], "a.png", { type: "image/png" }));
    const body = { title: "grün", file: "" };
    await client.POST("/items/{item-sku}/picture", { params: { path }, body, bodySerializer: () => form });
    const received = await last().request.formData();
    expect(received.get("title")).toBe("grün");
    expect(await new Response(received.get("file")).text()).toBe("content");
  });

  it("gets error statuses as errors, and answers without a body", async () => {
    const { client } = await open();
    const lost = await client.GET("/lost/{item-sku}", { params: { path } });
    expect(lost.error).toEqual({ title: "No such item", status: 404 });
    const removed = await client.DELETE("/items/{item-sku}", { params: { path } });
    expect([removed.response.status, removed.data]).toEqual([204, undefined]);
  });

  it("reads text, and streams", async () => {
    const { client } = await open();
    expect((await client.GET("/motto", { parseAs: "text" })).data).toBe("Count twice.");
    const { data } = await client.GET("/items", { parseAs: "stream" });
    expect(await new Response(data).json()).toHaveLength(1);
  });

  it("lets middleware change the request and clone the answer", async () => {
    const { client, last } = await open();
    const seen: string[] = [];
    client.use({
      onRequest: ({ request }) => new Request(request, { headers: { "x-seen": "1" } }),
      onResponse: async ({ response }) => void seen.push(await response.clone().text()),
    });
    const { data } = await client.POST("/items", { body: { sku: "a", amount: 1 } });
    expect(last().headers.get("x-seen")).toBe("1");
    expect(JSON.parse(seen.join())).toEqual(data);
  });

  it("ends with its signal", async () => {
    const { client, received } = await open();
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(client.GET("/items", { signal })).rejects.toThrow("enough");
    expect(received).toHaveLength(0);
  });

  it("ignores what only browsers know of", async () => {
    const { client } = await open();
    const { data } = await client.GET("/items", {
      credentials: "include",
      cache: "no-store",
      keepalive: true,
      mode: "cors",
      next: { revalidate: 1 },
    });
    expect(data).toHaveLength(1);
  });

  it("takes the fetch of a client too, without the client", async () => {
    const { behalf, inventory, url } = await openMock();
    const options = new HttpClientOptions({ authConfig: inventory.authConfig });
    const client = (await behalf.httpServiceProvider.getClient(options)).unwrap().withBaseAddress(url);
    const { fetch } = client;
    const { data } = await createClient<InventoryPaths>({ baseUrl: url, fetch }).GET("/items");
    expect(data).toHaveLength(1);
  });
});
