import { BackendError } from "behalf";
import { describe, expect, it } from "vitest";
import { openMock } from "./open-mock.ts";

const params = { "item-sku": "a/1" };

describe("a service with the paths of its document", () => {
  it("is the backend service of that name", async () => {
    const { described, inventory } = await openMock();
    expect(described).toBe(inventory);
  });

  it("fills in paths whose parameters have names that are none in a program, and queries", async () => {
    const { described, last } = await openMock();
    await described.get("/items/{item-sku}", { params }).unwrap();
    expect(last().url).toBe("/v1/items/a%2F1");
    const items = await described.get("/items", { query: { tag: ["a b", "c"], archived: true } }).json();
    expect([last().url, items]).toEqual([
      "/v1/items?tag=a%20b&tag=c&archived=true",
      { ok: true, value: [{ sku: "a-1", amount: 3 }] },
    ]);
  });

  it("sends the headers and the body that the document requires", async () => {
    const { described, last } = await openMock();
    const json = { sku: "ä", amount: 1 };
    const item = await described
      .put("/items/{item-sku}", { params, headers: { "If-Match": '"1"' }, json })
      .json()
      .unwrap();
    expect(item.amount).toBe(3);
    expect(last().headers.get("if-match")).toBe('"1"');
    expect(await last().request.json()).toEqual(json);
  });

  it("sends a body that is not JSON as it is given", async () => {
    const { described, last } = await openMock();
    const body = new FormData();
    body.set("title", "grün");
    await described.post("/items/{item-sku}/picture", { params, body }).unwrap();
    expect((await last().request.formData()).get("title")).toBe("grün");
  });
});

describe("answer", () => {
  it("gives the answer of a status that is asked for", async () => {
    const { described } = await openMock();
    const json = { sku: "a", amount: 1 };
    const { status, headers, body } = await described.post("/items", { json }).answer(201).unwrap();
    expect([status, headers.get("location"), body.sku]).toEqual([201, "/v1/items/a-1", "a-1"]);
  });

  it("gives an error status as an answer where it is asked for, with its body", async () => {
    const { described } = await openMock();
    const { status, body } = await described.get("/lost/{item-sku}", { params }).answer(404).unwrap();
    expect([status, body.title]).toEqual([404, "No such item"]);
  });

  it("gives text as text, and nothing for no body", async () => {
    const { described } = await openMock();
    expect(await described.get("/motto").answer(200).unwrap()).toMatchObject({ body: "Count twice." });
    const removed = await described.delete("/items/{item-sku}", { params }).answer(204).unwrap();
    expect([removed.status, removed.body]).toEqual([204, undefined]);
  });

  it("leaves an error status that is not asked for the error that it is", async () => {
    const { inventory } = await openMock();
    const outcome = await inventory.get("/lost/1").answer(200, 410);
    expect(!outcome.ok && outcome.error).toBeInstanceOf(BackendError);
    expect(outcome).toMatchObject({ error: { code: "BEHALF_BACKEND_ERROR", status: 404 } });
  });

  it("fails for a good status that is not asked for, and says so", async () => {
    const { described } = await openMock();
    const outcome = await described.get("/health").answer(503);
    expect(outcome).toMatchObject({ ok: false, error: { code: "BEHALF_BACKEND_UNREADABLE", status: 200 } });
    expect(!outcome.ok && outcome.error.message).toContain("it answered 200, and 503 was asked for");
  });

  it("can be asked for after the call was awaited, which is sent once", async () => {
    const { inventory, received } = await openMock();
    const call = inventory.get("/lost/1");
    expect((await call).ok).toBe(false);
    expect(await call.answer(404)).toMatchObject({ value: { status: 404, body: { title: "No such item" } } });
    expect(received).toHaveLength(1);
  });
});
