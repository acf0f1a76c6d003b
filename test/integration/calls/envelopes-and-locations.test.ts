import { HttpClientOptions } from "behalf";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { openInventory } from "../../support/open-inventory.ts";
import { answer, type BackendHandler } from "../../support/scripted-backend.ts";

const Item = z.object({ sku: z.string() });
const enveloped = { data: [{ sku: "1" }, { sku: "2" }], meta: { skip: 4, total: 6, msgId: "m1", tpSdk: "1.0" } };
const unreadable = { ok: false, error: { code: "BEHALF_BACKEND_UNREADABLE", service: "inventory", endpoint: "items" } };

async function open(handler: BackendHandler) {
  const inventory = await openInventory({ grantType: "clientCredentials" });
  inventory.backend.handle(handler);
  return { ...inventory, items: inventory.behalf.service("inventory").endpoint("items") };
}

describe("data()", () => {
  it("gives what stands in an envelope", async () => {
    const { items } = await open(answer.json(enveloped));
    expect(await items.get().data().unwrap()).toEqual(enveloped.data);
  });

  it("gives the body where it is no envelope", async () => {
    const { items } = await open(answer.json({ data: [1], name: "a chart" }));
    expect(await items.get().data().unwrap()).toEqual({ data: [1], name: "a chart" });
  });

  it("is checked and typed by a schema", async () => {
    const { items } = await open(answer.json(enveloped));
    const [first] = await items.get().data(z.array(Item)).unwrap();
    expect(first?.sku).toBe("1");
    expect(await items.get().data(Item)).toMatchObject(unreadable);
  });

  it("gives nothing by two locations", async () => {
    const { items } = await open((_request, response) =>
      response.writeHead(201, ["Location", "/v1/items/1", "Location", "/v1/items/2"]).end(),
    );
    expect(await items.post({ json: {} }).created().unwrap()).toEqual({ location: undefined, id: undefined });
  });

  it("fails with the error of the call", async () => {
    const { items } = await open(answer.problem(409));
    expect(await items.get().data()).toMatchObject({ ok: false, error: { status: 409 } });
  });
});

describe("envelope()", () => {
  it("gives the items, and what the envelope says of them", async () => {
    const { items } = await open(answer.json(enveloped));
    const { meta, data } = await items.get().envelope(Item).unwrap();
    expect(data.map(({ sku }) => sku)).toEqual(["1", "2"]);
    expect(meta).toEqual({ total: 6, skip: 4, count: undefined, messageId: "m1" });
  });

  it.each([
    ["a list", [{ sku: "1" }]],
    ["a single item", { sku: "1" }],
    ["a single item in an envelope", { meta: { total: 1 }, data: { sku: "1" } }],
  ])("gives a list of %s", async (_what, body) => {
    const { items } = await open(answer.json(body));
    expect(await items.get().envelope(Item).unwrap()).toMatchObject({ data: [{ sku: "1" }] });
  });

  it("fails by one item that does not fit the schema", async () => {
    const { items } = await open(answer.json({ ...enveloped, data: [{ sku: "1" }, { sku: 2 }] }));
    expect(await items.get().envelope(Item)).toMatchObject(unreadable);
  });
});

describe("created()", () => {
  it.each([
    ["relative to the origin", "/v1/items/a%2Fb"],
    ["relative to the request", "items/a%2Fb"],
  ])("gives where the new resource is, and its id, by a location %s", async (_what, location) => {
    const { items, backend } = await open(answer.status(201, { location }));
    const created = await items
      .post({ json: {}, query: { draft: true } })
      .created()
      .unwrap();
    expect(created).toEqual({ location: new URL("/v1/items/a%2Fb", backend.url), id: "a/b" });
  });

  it("gives a location at another host as it is", async () => {
    const { items } = await open(answer.status(202, { location: "https://jobs.example.com/7" }));
    expect(await items.post({ json: {} }).created().unwrap()).toMatchObject({ id: "7" });
  });

  it.each([{}, { location: "http://[" }, { location: "javascript:alert(1)" }])(
    "gives nothing by %j",
    async (headers) => {
      const { items } = await open(answer.status(201, headers));
      expect(await items.post({ json: {} }).created().unwrap()).toEqual({ location: undefined, id: undefined });
    },
  );

  it("fails with the error of the call", async () => {
    const { items } = await open(answer.problem(409));
    expect(await items.post({ json: {} }).created()).toMatchObject({ ok: false, error: { status: 409 } });
  });
});

describe("an answer", () => {
  it("tells the last URL of redirects that were followed, and resolves its location against that", async () => {
    const { items, backend } = await open(answer.status(200, { location: "3" }));
    backend.next(answer.redirect("/v1/items/2"));
    const response = await items.get({ maxRedirects: 1 }).unwrap();
    expect([response.url, response.location?.href]).toEqual([`${backend.url}/v1/items/2`, `${backend.url}/v1/items/3`]);
  });

  it("tells its URL and its location, of an endpoint, a service and a client", async () => {
    const { items, behalf, backend } = await open(answer.status(201, { location: "items/1" }));
    const url = `${backend.url}/v1/items?a=1`;
    const service = behalf.service("inventory");
    const query = { a: 1 };
    const options = new HttpClientOptions({ authConfig: service.authConfig });
    const client = (await behalf.httpServiceProvider.getClient(options).unwrap()).withBaseAddress(`${backend.url}/v1`);
    const responses = [items.get({ query }), service.get("items", { query }), client.send({ url: "items", query })];
    for (const response of await Promise.all(responses.map((sent) => sent.unwrap()))) {
      expect([response.url, response.location?.href]).toEqual([url, `${backend.url}/v1/items/1`]);
    }
  });
});
