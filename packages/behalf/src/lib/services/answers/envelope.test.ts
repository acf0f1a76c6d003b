import { describe, expect, it } from "vitest";
import { z } from "zod";
import { checkItems, readContents, toContentSchema, toEnvelope, toEnvelopeSchema } from "./envelope.ts";

const items = [{ sku: "1" }, { sku: "2" }];
const silent = { total: undefined, count: undefined, skip: undefined, messageId: undefined };
const Item = z.object({ sku: z.string() });

describe("readContents", () => {
  it.each([
    ["a total", { total: 2 }],
    ["a count", { count: 2 }],
    ["a skip of none", { skip: 0 }],
    ["a message id", { messageId: "m1" }],
    ["the original's message id", { msgId: "m1" }],
    ["the original's version", { tpSdk: "1.0" }],
    ["a total beside what it does not know", { total: 2, took: "3 ms" }],
  ])("takes for an envelope what says %s", (_what, meta) => {
    expect(readContents({ meta, data: items })).toMatchObject({ data: items, meta: {} });
  });

  it.each([
    ["a list", items],
    ["an object", { data: items }],
    ["text", "text"],
    ["null", null],
    ["an empty object", {}],
    ["an object with a third member", { meta: { total: 2 }, data: items, links: {} }],
    ["an object with another member in place of data", { meta: { total: 2 }, date: items }],
    ["a description of a chart", { meta: { title: "Sales" }, data: [1, 2] }],
    ["an empty meta", { meta: {}, data: items }],
    ["a total that is text", { meta: { total: "2" }, data: items }],
    ["a total below zero", { meta: { total: -1 }, data: items }],
    ["a meta that is a list", { meta: [{ total: 2 }], data: items }],
    ["a meta that is text", { meta: "total", data: items }],
    ["data that is text", { meta: { total: 2 }, data: "text" }],
  ])("takes for no envelope: %s", (_what, body) => {
    expect(readContents(body)).toEqual({ meta: undefined, data: body });
  });

  it("tells what the envelope says, and leaves out what makes no sense", () => {
    const meta = { total: 12, count: 2.5, skip: -4, msgId: "m1", tpSdk: "1.0" };
    expect(readContents({ data: items, meta }).meta).toEqual({ ...silent, total: 12, messageId: "m1" });
  });

  it("is not fooled by members of the prototype", () => {
    const body: unknown = JSON.parse('{"__proto__": {"total": 1}, "data": []}');
    expect(readContents(body)).toEqual({ meta: undefined, data: body });
  });
});

describe("toEnvelope", () => {
  it.each([
    ["a list", items, items],
    ["a single item", { sku: "1" }, [{ sku: "1" }]],
    ["null", null, []],
    ["a list in an envelope", { meta: { total: 2 }, data: items }, items],
    ["a single item in an envelope", { meta: { total: 1 }, data: { sku: "1" } }, [{ sku: "1" }]],
    ["null in an envelope", { meta: { total: 0 }, data: null }, []],
  ])("gives the items of %s", (_what, body, expected) => {
    expect(toEnvelope(body).data).toEqual(expected);
  });

  it("says nothing of what came without an envelope", () => {
    expect(toEnvelope(items).meta).toEqual(silent);
  });
});

describe("checkItems", () => {
  it("gives what the schema makes of each", async () => {
    const checked = await checkItems(["1", "2"], z.coerce.number());
    expect(checked).toEqual({ value: [1, 2] });
  });

  it("waits for a schema that needs time", async () => {
    const slow = z.string().refine(async (text) => text !== "no");
    expect(await checkItems(["yes"], slow)).toEqual({ value: ["yes"] });
    expect(await checkItems(["yes", "no"], slow)).toMatchObject({ issues: [{ path: [1] }] });
  });

  it("says which item has the issue", async () => {
    const checked = await checkItems([{ sku: "1" }, { sku: 2 }], Item);
    expect(checked).toMatchObject({ issues: [{ path: [1, "sku"] }] });
  });
});

describe("the schemas", () => {
  const validate = toContentSchema(z.array(Item))["~standard"].validate;

  it("check what stands in the body, in an envelope or without one", async () => {
    expect(await validate({ meta: { total: 2 }, data: items })).toMatchObject({ value: items });
    expect(await validate(items)).toMatchObject({ value: items });
    expect(await validate({ meta: { total: 2 }, data: [1] })).toHaveProperty("issues");
  });

  it("check each item of an envelope", async () => {
    const schema = toEnvelopeSchema(Item)["~standard"];
    expect(await schema.validate({ meta: { total: 9 }, data: [{ sku: "1", secret: true }] })).toEqual({
      value: { meta: { ...silent, total: 9 }, data: [{ sku: "1" }] },
    });
    expect(await schema.validate([{ sku: 1 }])).toHaveProperty("issues");
  });
});
