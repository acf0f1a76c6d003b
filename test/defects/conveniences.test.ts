import { BehalfError, formatPath } from "behalf";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { openInventory } from "../support/open-inventory.ts";
import { answer, type BackendHandler } from "../support/scripted-backend.ts";

const Item = z.object({ sku: z.string() });

async function open(handler: BackendHandler) {
  const { behalf, backend } = await openInventory({ grantType: "clientCredentials" });
  backend.handle(handler);
  const service = behalf.service("inventory");
  return { backend, items: service.endpoint("items"), item: service.endpoint("item") };
}

const text = (body: string): BackendHandler => answer.status(200, { "content-type": "application/json" }, body);

describe("an envelope", () => {
  it.each([
    ["compact", '{"meta":{"tpSdk":"1.0","total":1},"data":[{"sku":"1"}]}'],
    [
      "pretty-printed",
      '{\n  "meta": {\n    "tpSdk": "1.0",\n    "total": 1\n  },\n  "data": [\n    { "sku": "1" }\n  ]\n}\n',
    ],
    ["with its members in another order", '{"data":[{"sku":"1"}],"meta":{"total":1,"tpSdk":"1.0"}}'],
    ["with its version in the end", '{"meta":{"total":1,"tpSdk":"1.0"},"data":[{"sku":"1"}]}'],
    ["after a byte order mark", '\ufeff{"meta":{"total":1},"data":[{"sku":"1"}]}'],
  ])("B-39: is one by its shape: %s", async (_what, body) => {
    const { items } = await open(text(body));
    expect(await items.get().envelope(Item).unwrap()).toMatchObject({ meta: { total: 1 }, data: [{ sku: "1" }] });
    expect(await items.get().data().unwrap()).toEqual([{ sku: "1" }]);
  });

  it("B-39: that was not recognised is never an empty item", async () => {
    const { items } = await open(text('{"meta":{"title":"x"},"data":[{"sku":"1"}]}'));
    expect(await items.get().envelope(Item)).toMatchObject({ error: { code: "BEHALF_BACKEND_UNREADABLE" } });
  });

  it("B-39: is not what a business object is that has its members among others", async () => {
    const body = { meta: { total: 1 }, data: [1], name: "a chart" };
    const { items } = await open(answer.json(body));
    expect(await items.get().data().unwrap()).toEqual(body);
  });

  it.each(["", " ", "{", '{"', '{"meta":{', "[", '"'])("B-39: that is cut off is an error: %j", async (body) => {
    const { items } = await open(text(body));
    for (const outcome of [await items.get().data(), await items.get().envelope()]) {
      expect(outcome).toMatchObject({ ok: false, error: { code: "BEHALF_BACKEND_UNREADABLE" } });
    }
  });

  it.each([
    ["{}", {}],
    ["[]", []],
    ["1", 1],
    ["null", null],
  ])("B-39: is not looked for beyond the end of a short body: %s", async (body, expected) => {
    const { items } = await open(text(body));
    expect(await items.get().data().unwrap()).toEqual(expected);
  });
});

describe("many keys", () => {
  it("B-44: at the same time, with failures tolerated, have an outcome each", async () => {
    const { item } = await open((request, response) =>
      (request.path.endsWith("/2") ? answer.problem(500) : answer.json({ sku: "x" }))(request, response),
    );
    const found = await item.getMany([1, 2, 3], { tolerateFailures: true }).unwrap();
    expect(found.map(({ key, outcome }) => [key, outcome.ok])).toEqual([
      [1, true],
      [2, false],
      [3, true],
    ]);
  });

  it("B-44: have outcomes all the same when every one failed", async () => {
    const { item } = await open(answer.drop());
    const found = await item.getMany([1, 2], { tolerateFailures: true }).unwrap();
    expect(found.map(({ outcome }) => outcome.ok)).toEqual([false, false]);
  });
});

describe("a path to a resource", () => {
  it.each([
    ["/v1/items/{id}", "/v1/items/1?full=true"],
    ["/v1/items/{id}/files/", "/v1/items/1/files/?full=true"],
    ["/v1/items/{id}/files/{file?}", "/v1/items/1/files?full=true"],
  ])("B-47: keeps all of %s", (template: string, expected) => {
    expect(formatPath(template, { id: 1 }, { full: true })).toBe(expected);
  });

  it("B-47: has a query also without keys", () => {
    expect(formatPath("/items", undefined, { tag: "a" })).toBe("/items?tag=a");
    expect(formatPath("/items", {}, {})).toBe("/items");
  });

  it("B-63: is escaped", () => {
    expect(formatPath("/items/{id}", { id: "a/b?c#d%e é" })).toBe("/items/a%2Fb%3Fc%23d%25e%20%C3%A9");
  });

  it.each([0, 7, -1, 1.5])("B-63: ends with the number %d, and not with a slash", (id) => {
    expect(formatPath("/items/{id}", { id })).toBe(`/items/${id}`);
  });

  it.each([{}, { id: undefined }, { id: "" }])("B-63: is not made without its key: %j", (params) => {
    const template: string = "/items/{id}";
    expect(() => formatPath(template, params)).toThrow(BehalfError);
  });
});

describe("the location of a new resource", () => {
  it("B-63: gives back the id that was escaped", async () => {
    const location = formatPath("/v1/items/{id}", { id: "a/b c" });
    const { items } = await open(answer.status(201, { location }));
    expect(await items.post({ json: {} }).created().unwrap()).toMatchObject({ id: "a/b c" });
  });

  it("B-63: that ends with a slash has no id", async () => {
    const { items } = await open(answer.status(201, { location: "/v1/items/" }));
    expect(await items.post({ json: {} }).created().unwrap()).toMatchObject({ id: undefined });
  });
});

describe("a page beyond the end", () => {
  const whole = Array.from({ length: 5 }, (_, index) => index);

  it("B-56: is not asked for", async () => {
    const { items, backend } = await open(({ query }, response) => {
      const skip = Number(query.get("skip") ?? 0);
      const data = skip >= whole.length ? whole : whole.slice(skip, skip + 5);
      response.end(JSON.stringify({ meta: { total: 5 }, data }));
    });
    const seen: unknown[] = [];
    for await (const item of items.pages()) seen.push(item);
    expect(seen).toEqual(whole);
    expect(backend.requests).toHaveLength(1);
  });

  it("B-56: that gives the whole is an error, and not the items once more", async () => {
    const { items, backend } = await open(answer.json({ meta: { total: 5, skip: 0 }, data: whole }));
    backend.next(answer.json({ meta: { total: 8, skip: 0 }, data: whole }));
    const seen: unknown[] = [];
    const read = async (): Promise<void> => {
      for await (const item of items.pages()) seen.push(item);
    };
    await expect(read()).rejects.toMatchObject({ code: "BEHALF_BACKEND_UNREADABLE" });
    expect(seen).toEqual(whole);
  });

  it("B-56: leaves what the program gave as it was", async () => {
    const { items } = await open(answer.json({ meta: { total: 2 }, data: [1] }));
    const query = Object.freeze({ skip: 1, count: 1 });
    const options = Object.freeze({ query, maxItems: 5 });
    for await (const _ of items.pages(options)) expect(options).toEqual({ query: { skip: 1, count: 1 }, maxItems: 5 });
  });
});
