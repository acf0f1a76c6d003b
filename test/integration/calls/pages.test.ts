import { BackendError, BehalfError, type PagesOptions, RequestRefusedError } from "behalf";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { openInventory } from "../../support/open-inventory.ts";
import { readClaims } from "../../support/read-claims.ts";
import { answer, type BackendHandler } from "../../support/scripted-backend.ts";
import { startOneBackend } from "../../support/start-servers.ts";
import { the } from "../../support/the.ts";
import { collect, listNumbers, pageByCursor, pageByEnvelope, pageByLinks } from "./paged-backend.ts";

async function open(handler: BackendHandler) {
  const inventory = await openInventory({ grantType: "clientCredentials" });
  inventory.backend.handle(handler);
  const items = inventory.behalf.service("inventory").endpoint("items");
  const urls = (): readonly string[] => inventory.backend.requests.map(({ url }) => url);
  return { ...inventory, items, urls };
}

const cursor = {
  query: "cursor",
  next: (body: unknown) => (typeof body === "object" && body ? Reflect.get(body, "next") : undefined),
};
const byCursor: PagesOptions<unknown> = {
  cursor,
  items: (body) => (typeof body === "object" && body ? Reflect.get(body, "items") : []),
};

describe("pages in envelopes", () => {
  it("give the items of each, in order, and ask no further than the total", async () => {
    const { items, urls } = await open(pageByEnvelope(5, 2));
    expect(await collect(items.pages())).toEqual(listNumbers(5));
    expect(urls()).toEqual(["/v1/items", "/v1/items?skip=2", "/v1/items?skip=4"]);
  });

  it("are asked for with the query of the first one", async () => {
    const { items, urls } = await open(pageByEnvelope(9, 2));
    expect(await collect(items.pages({ query: { count: 3, skip: 3, tag: "a" } }))).toEqual([3, 4, 5, 6, 7, 8]);
    expect(urls()).toEqual(["/v1/items?count=3&skip=3&tag=a", "/v1/items?count=3&skip=6&tag=a"]);
  });

  it("keep the pairs of URLSearchParams, of the same name too", async () => {
    const { items, urls } = await open(pageByEnvelope(9, 2));
    const query = new URLSearchParams("tag=b&skip=3&tag=a&count=3");
    expect(await collect(items.pages({ query }))).toEqual([3, 4, 5, 6, 7, 8]);
    expect(urls()).toEqual(["/v1/items?tag=b&skip=3&tag=a&count=3", "/v1/items?tag=b&skip=6&tag=a&count=3"]);
  });

  it("go by other names in the query", async () => {
    const { items, urls } = await open(pageByEnvelope(3, 2, { skip: "offset", count: "limit" }));
    expect(await collect(items.pages({ envelope: { skip: "offset", count: "limit" } }))).toEqual([0, 1, 2]);
    expect(urls()).toEqual(["/v1/items", "/v1/items?offset=2"]);
  });

  it.each([{ count: 2 }, new URLSearchParams("count=2")])(
    "end with a short page without a total: %o",
    async (query) => {
      const { items, urls } = await open((request, response) => {
        const skip = Number(request.query.get("skip") ?? 0);
        return answer.json(listNumbers(5).slice(skip, skip + 2))(request, response);
      });
      expect(await collect(items.pages({ envelope: {}, query }))).toEqual(listNumbers(5));
      expect(urls()).toHaveLength(3);
    },
  );

  it("end with an empty page, whatever the total says", async () => {
    const { items, urls } = await open(answer.json({ meta: { total: 9 }, data: [] }));
    expect(await collect(items.pages())).toEqual([]);
    expect(urls()).toHaveLength(1);
  });

  it("end with an error where the backend gives another page than the one asked for", async () => {
    const { items } = await open(answer.json({ meta: { total: 9, skip: 0 }, data: [1, 2] }));
    await expect(collect(items.pages())).rejects.toMatchObject({ code: "BEHALF_BACKEND_UNREADABLE" });
  });

  it("end with an error where the backend does not know the query", async () => {
    const { items, urls } = await open(answer.json({ meta: { total: 9 }, data: [1, 2] }));
    await expect(collect(items.pages())).rejects.toBeInstanceOf(BackendError);
    expect(urls()).toHaveLength(2);
  });
});

describe("pages with links", () => {
  it.each(["absolute", "path", "query"] as const)("are followed by links of the form %s", async (form) => {
    const { items, urls } = await open(pageByLinks(5, 2, { form }));
    expect(await collect(items.pages())).toEqual(listNumbers(5));
    expect(urls()).toEqual(["/v1/items", "/v1/items?page=1", "/v1/items?page=2"]);
  });

  it("are asked for by the link alone, with the headers of the first", async () => {
    const { items, backend, urls } = await open(pageByLinks(3, 2));
    await collect(items.pages({ query: { tag: "a" }, headers: { "x-from": "orders" } }));
    expect(urls()).toEqual(["/v1/items?tag=a", "/v1/items?page=1"]);
    expect(backend.request().headers["x-from"]).toBe("orders");
  });

  it("are preferred to what the envelope says, to the last one", async () => {
    const linked = pageByLinks(5, 2, { wrap: (list) => ({ meta: { total: 500 }, data: list }) });
    const { items, urls } = await open(linked);
    expect(await collect(items.pages())).toEqual(listNumbers(5));
    expect(urls()).toHaveLength(3);
  });

  it("leave out the links of something else", async () => {
    const link = '</v1/other>; rel="next"; anchor="/v1/other?page=0", </v1/items?page=0>; rel="first"';
    const { items, urls } = await open(answer.json([1], 200, { link }));
    expect(await collect(items.pages())).toEqual([1]);
    expect(urls()).toHaveLength(1);
  });

  it.each([
    ["another origin", (origin: string) => origin.replace("127.0.0.1", "localhost")],
    ["another host", () => "https://evil.example.com/v1/items?page=1"],
    ["a host without a scheme", () => "//evil.example.com/v1/items"],
    ["a path out of the base path", () => "/v2/items?page=1"],
    ["a path that climbs", () => "/v1/../v2/items"],
    ["a path that climbs encoded", () => "/v1/%2e%2e/v2/items"],
    ["another scheme", () => "ftp://127.0.0.1/v1/items"],
    ["a user name", (origin: string) => origin.replace("//", "//user:word@")],
  ])("end with an error by a link to %s, and nothing is sent there", async (_what, toTarget) => {
    const { items, backend, urls } = await open((request, response) => {
      const link = `<${toTarget(`${backend.url}/v1/items?page=1`)}>; rel="next"`;
      return answer.json([1, 2], 200, { link })(request, response);
    });
    const seen: unknown[] = [];
    const error = await collect(items.pages(), seen).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(RequestRefusedError);
    expect(seen).toEqual([1, 2]);
    expect(urls()).toEqual(["/v1/items"]);
  });

  it("bring no token, and no request, to the backend that a link leads to", async () => {
    const other = await startOneBackend();
    const { items, urls } = await open(answer.json([1], 200, { link: `<${other.url}/v1/items>; rel="next"` }));
    await expect(collect(items.pages())).rejects.toBeInstanceOf(RequestRefusedError);
    expect([other.connections, urls().length]).toEqual([0, 1]);
  });

  it("end with an error by a link that is no URL", async () => {
    const { items } = await open(answer.json([1], 200, { link: '<http://[>; rel="next"' }));
    await expect(collect(items.pages())).rejects.toMatchObject({ code: "BEHALF_BACKEND_UNREADABLE" });
  });

  it.each(["/v1/items", "/v1/items#next", "/v1/items?page=1"])("end with an error by a circle to %s", async (to) => {
    const { items, urls } = await open((request, response) => {
      const next = request.query.has("page") ? to : "/v1/items?page=1";
      return answer.json([1], 200, { link: `<${next}>; rel="next"` })(request, response);
    });
    const seen: unknown[] = [];
    await expect(collect(items.pages(), seen)).rejects.toMatchObject({ code: "BEHALF_BACKEND_UNREADABLE" });
    expect(seen).toEqual([1, 1]);
    expect(urls()).toHaveLength(2);
  });
});

describe("pages with cursors", () => {
  it("go on with the cursor of the page before", async () => {
    const { items, urls } = await open(pageByCursor(5, 2));
    expect(await collect(items.pages({ ...byCursor, query: { tag: "a" } }))).toEqual(listNumbers(5));
    expect(urls()).toEqual(["/v1/items?tag=a", "/v1/items?tag=a&cursor=after-2", "/v1/items?tag=a&cursor=after-4"]);
  });

  it.each(["", null, undefined])("end with a cursor of %j", async (next) => {
    const { items } = await open(answer.json({ items: [1], next }));
    expect(await collect(items.pages(byCursor))).toEqual([1]);
  });

  it("end with an error by a cursor that was there before, after the items of its page", async () => {
    const { items, urls } = await open(answer.json({ items: [1], next: "same" }));
    const seen: unknown[] = [];
    await expect(collect(items.pages(byCursor), seen)).rejects.toMatchObject({ code: "BEHALF_BACKEND_UNREADABLE" });
    expect([seen, urls().length]).toEqual([[1, 1], 2]);
  });

  it("end with an error by the cursor that the program began with", async () => {
    const { items, urls } = await open(answer.json({ items: [1], next: "same" }));
    const pages = items.pages({ ...byCursor, query: { cursor: "same" } });
    await expect(collect(pages)).rejects.toBeInstanceOf(BackendError);
    expect(urls()).toHaveLength(1);
  });
});

describe("pages", () => {
  it("are one, where nothing tells of another", async () => {
    const { items, urls } = await open(answer.json([1, 2]));
    expect(await collect(items.pages())).toEqual([1, 2]);
    expect(urls()).toHaveLength(1);
  });

  it("end with an error where the answer is no list, and nothing says where its items are", async () => {
    const { items } = await open(answer.json({ items: [1] }));
    await expect(collect(items.pages())).rejects.toMatchObject({ code: "BEHALF_BACKEND_UNREADABLE" });
  });

  it("give items that are checked and typed by a schema", async () => {
    const { items } = await open(answer.json([{ sku: "1", secret: true }]));
    const skus: string[] = [];
    for await (const { sku } of items.pages({ schema: z.object({ sku: z.string() }) })) skus.push(sku);
    expect(skus).toEqual(["1"]);
  });

  it("end with an error by an item that does not fit the schema, which tells nothing of it", async () => {
    const { items } = await open(answer.json([{ sku: "secret-value" }]));
    const error = await collect(items.pages({ schema: z.object({ sku: z.number() }) })).catch((thrown) => thrown);
    expect(error).toMatchObject({ code: "BEHALF_BACKEND_UNREADABLE", service: "inventory", endpoint: "items" });
    expect(String(error)).not.toContain("secret-value");
  });

  it("throw the error of a call in the loop, after the items before", async () => {
    const { items, backend } = await open(answer.problem(503));
    backend.next(pageByLinks(4, 2));
    const seen: unknown[] = [];
    const error = await collect(items.pages(), seen).catch((thrown: unknown) => thrown);
    expect(BehalfError.is(error)).toBe(true);
    expect(error).toMatchObject({ status: 503 });
    expect(seen).toEqual([0, 1]);
  });

  it("without items come to an end, however many there are", async () => {
    let page = 0;
    const { items, urls } = await open((_request, response) => {
      page += 1;
      response.writeHead(200, { "content-type": "application/json", link: `</v1/items?page=${page}>; rel="next"` });
      response.end("[]");
    });
    await expect(collect(items.pages({ maxItems: 10 }))).rejects.toMatchObject({ code: "BEHALF_BACKEND_UNREADABLE" });
    expect(urls().length).toBeLessThan(100);
  });

  it("end with the reason of a signal", async () => {
    const controller = new AbortController();
    const { items } = await open(pageByLinks(4, 2));
    const read = async (): Promise<void> => {
      for await (const _ of items.pages({ signal: controller.signal })) controller.abort(new Error("enough"));
    };
    await expect(read()).rejects.toThrow("enough");
  });

  it("are asked for when their items are wanted, and no more after a break", async () => {
    const { items, urls } = await open(pageByEnvelope(100, 2));
    const pages = items.pages();
    expect(urls()).toHaveLength(0);
    for await (const item of pages) {
      expect(urls()).toHaveLength(Math.floor(Number(item) / 2) + 1);
      if (item === 3) break;
    }
    expect(urls()).toHaveLength(2);
  });

  it("begin with the first one in each loop", async () => {
    const { items, urls } = await open(pageByEnvelope(2, 2));
    const pages = items.pages();
    expect([await collect(pages), await collect(pages)]).toEqual([listNumbers(2), listNumbers(2)]);
    expect(urls()).toHaveLength(2);
  });

  it.each([
    [{ maxItems: 3 }, 3, 2],
    [{ maxItems: 4 }, 4, 2],
    [{ maxPages: 3 }, 6, 3],
    [{ maxPages: 3, maxItems: 5 }, 5, 3],
    [{ maxItems: 0 }, 0, 0],
    [{ maxPages: 0 }, 0, 0],
  ])("within %j give %i items of %i pages", async (bounds, count, calls) => {
    const { items, urls } = await open(pageByEnvelope(100, 2));
    expect(await collect(items.pages(bounds))).toEqual(listNumbers(count));
    expect(urls()).toHaveLength(calls);
  });

  it.each([{ maxItems: -1 }, { maxPages: Number.NaN }])("refuse %j", async (bounds) => {
    const { items, urls } = await open(pageByEnvelope(100, 2));
    await expect(collect(items.pages(bounds))).rejects.toBeInstanceOf(RequestRefusedError);
    expect(urls()).toHaveLength(0);
  });

  it("can be had one by one, with what their envelopes say", async () => {
    const { items } = await open(pageByEnvelope(3, 2));
    const seen: unknown[] = [];
    for await (const page of items.pages().byPage()) seen.push([page.items, page.meta?.skip, page.response.status]);
    expect(seen).toEqual([
      [[0, 1], 0, 200],
      [[2], 2, 200],
    ]);
  });

  it("fill the path's parameters in each call", async () => {
    const { behalf, urls } = await open(pageByEnvelope(3, 2));
    await collect(
      behalf
        .service("inventory")
        .endpoint("item")
        .pages({ params: { sku: "a b" } }),
    );
    expect(urls()).toEqual(["/v1/items/a%20b", "/v1/items/a%20b?skip=2"]);
  });

  it("give the configuration's error of an endpoint that cannot be used", async () => {
    const { behalf } = await open(pageByEnvelope(3, 2));
    const pages = behalf.service("inventory").getEndpoint("nothing").pages();
    await expect(collect(pages)).rejects.toMatchObject({ code: "BEHALF_CONFIG_INVALID" });
  });
});

describe("the calls for pages", () => {
  it.each([
    ["links", pageByLinks(5, 2)],
    ["envelopes", pageByEnvelope(5, 2)],
  ])("by %s act for the caller in whose request they were asked for", async (_what, handler) => {
    const { backend, behalf, receive } = await openInventory();
    backend.handle(handler);
    const [alice, bob] = [await receive(the.alice), await receive(the.bob)];
    const pages = alice.run(() => behalf.service("inventory").endpoint("items").pages());
    await bob.run(() => collect(pages));
    await collect(pages);
    const subjects = backend.requests.map(({ token }) => readClaims(token).sub);
    expect(subjects).toEqual(Array.from({ length: 6 }, () => the.alice));
  });

  it("leave the loop's own calls to the one whose request it runs in", async () => {
    const { backend, behalf, receive } = await openInventory();
    backend.handle(pageByEnvelope(3, 2));
    const [alice, bob] = [await receive(the.alice), await receive(the.bob)];
    const items = behalf.service("inventory").endpoint("items");
    const pages = alice.run(() => items.pages());
    await bob.run(async () => {
      for await (const item of pages) if (item === 2) await items.post({ json: item }).unwrap();
    });
    expect(readClaims(backend.request().token).sub).toBe(the.bob);
  });

  it("end when that caller hangs up", async () => {
    const { backend, behalf, receive } = await openInventory();
    backend.handle(pageByEnvelope(9, 2));
    const [alice, bob] = [await receive(the.alice), await receive(the.bob)];
    const pages = alice.run(() => behalf.service("inventory").endpoint("items").pages());
    const read = async (): Promise<void> => {
      for await (const item of pages) if (item === 1) alice.hangUp();
    };
    await expect(bob.run(read)).rejects.toThrow();
    expect(backend.requests).toHaveLength(1);
  });
});
