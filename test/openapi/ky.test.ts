import ky, { HTTPError, type KyInstance } from "ky";
import { describe, expect, it } from "vitest";
import { type Mock, openMock } from "./open-mock.ts";

async function open(): Promise<Mock & { readonly client: KyInstance }> {
  const mock = await openMock();
  const { baseUrl, fetch } = mock.inventory;
  return { ...mock, client: ky.create({ prefixUrl: baseUrl, fetch, retry: 0 }) };
}

describe("ky over service.fetch", () => {
  it("is let in with the token", async () => {
    const { client, last } = await open();
    expect(await client.get("items").json()).toEqual([{ sku: "a-1", amount: 3 }]);
    expect(last().headers.get("authorization")).toMatch(/^Bearer ./);
  });

  it("sends queries", async () => {
    const { client, last } = await open();
    const searchParams = new URLSearchParams([
      ["tag", "a b"],
      ["tag", "c&d"],
    ]);
    await client.get("items", { searchParams });
    expect(new URL(last().url, "http://a").searchParams.getAll("tag")).toEqual(["a b", "c&d"]);
  });

  it("sends JSON with its headers", async () => {
    const { client, last } = await open();
    await client.put("items/a-1", { json: { sku: "ä" }, headers: { "If-Match": '"1"' } });
    expect(Object.fromEntries(last().headers)).toMatchObject({ "content-type": "application/json", "if-match": '"1"' });
    expect(await last().request.json()).toEqual({ sku: "ä" });
  });

  it("sends a form with a file", async () => {
    const { client, last } = await open();
    const body = new FormData();
    body.set("file", new File(["content"], "a.png", { type: "image/png" }));
    expect((await client.post("items/a-1/picture", { body })).status).toBe(202);
    expect(await new Response((await last().request.formData()).get("file")).text()).toBe("content");
  });

  it("sends a stream", async () => {
    const { client, last } = await open();
    const body = new Blob(["one ", "two"]).stream();
    await client.post("items", { body, headers: { "content-type": "text/plain" } });
    expect(await last().request.text()).toBe("one two");
  });

  it("throws its own error for an error status, with the answer", async () => {
    const { client } = await open();
    const error = await client.get("lost/a-1").then(
      () => undefined,
      (reason) => reason,
    );
    expect(error).toBeInstanceOf(HTTPError);
    expect(await error.response.json()).toEqual({ title: "No such item", status: 404 });
  });

  it("gets an answer without a body", async () => {
    const { client } = await open();
    const response = await client.delete("items/a-1");
    expect([response.status, await response.text()]).toEqual([204, ""]);
  });

  it("throws the typed error of a call that may not be sent", async () => {
    const { client, received } = await open();
    const given = client.get("items", { headers: { authorization: "Bearer mine" } });
    await expect(given).rejects.toMatchObject({ code: "BEHALF_REQUEST_REFUSED", subject: "authorization" });
    expect(received).toHaveLength(0);
  });

  it("tries again by its own rules, with the body", async () => {
    const { client, received } = await open();
    const retry = { limit: 1, methods: ["post"], statusCodes: [404], delay: () => 1 };
    await expect(client.post("nowhere", { json: { a: 1 }, retry })).rejects.toBeInstanceOf(HTTPError);
    expect(await Promise.all(received.map(({ request }) => request.text()))).toEqual(['{"a":1}', '{"a":1}']);
  });

  it("ends with its signal and with its timeout", async () => {
    const { client } = await open();
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(client.get("items", { signal })).rejects.toThrow("enough");
    expect(await client.get("items", { timeout: 5_000 }).json()).toHaveLength(1);
  });
});
