import type { StandardSchema } from "behalf";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { openInventory } from "../../support/open-inventory.ts";
import { the } from "../../support/the.ts";

const Order = z.object({
  sku: z.string(),
  lines: z.array(z.object({ amount: z.number().int() })),
  note: z.string().default("none"),
});

/** A schema of no library. */
function createSchema(validate: StandardSchema<unknown>["~standard"]["validate"]): StandardSchema<unknown> {
  return { "~standard": { version: 1, vendor: "test", validate } };
}

async function open() {
  const { behalf, backend } = await openInventory({ grantType: "none" });
  return { backend, items: behalf.service("inventory").endpoint("items") };
}

describe("bodySchema", () => {
  it("lets a body pass that fits, and sends what the schema gives", async () => {
    const { backend, items } = await open();
    const json = { sku: "a", lines: [{ amount: 1 }], extra: true };
    await items.post({ json, bodySchema: Order }).unwrap();
    expect(JSON.parse(backend.request().body)).toEqual({ sku: "a", lines: [{ amount: 1 }], note: "none" });
    expect(backend.request().headers["content-type"]).toBe("application/json");
  });

  it("refuses a body that does not fit: the error tells where, and no value", async () => {
    const { backend, items } = await open();
    const json = { sku: 5, lines: [{ amount: 1 }, { amount: the.markerSecret }] };
    const outcome = await items.post({ json, bodySchema: Order });
    expect(outcome).toMatchObject({
      ok: false,
      error: { code: "BEHALF_REQUEST_REFUSED", refusal: "body", subject: "sku, lines.1.amount" },
    });
    expect(!outcome.ok && outcome.error.message).not.toContain(the.markerSecret);
    expect(backend.requests).toHaveLength(0);
  });

  it("shows no key that may be a user's own", async () => {
    const { items } = await open();
    const bodySchema = z.record(z.string(), z.number());
    const outcome = await items.post({ json: { "alice@example.com": "x" }, bodySchema });
    expect(outcome).toMatchObject({ error: { subject: "*" } });
  });

  it("refuses a missing body by the schema", async () => {
    const { items } = await open();
    expect(await items.post({ bodySchema: Order })).toMatchObject({ error: { refusal: "body", subject: "(root)" } });
  });

  it("lists ten places at most", async () => {
    const { items } = await open();
    const issues = Array.from({ length: 12 }, (_, index) => ({ message: "no", path: [{ key: "lines" }, index] }));
    const outcome = await items.post({ json: {}, bodySchema: createSchema(() => ({ issues })) });
    expect(!outcome.ok && outcome.error.message).toContain("lines.9, and 2 more.");
    expect(!outcome.ok && outcome.error.message).not.toContain("lines.10");
  });

  it("waits for a schema that takes its time", async () => {
    const { backend, items } = await open();
    const bodySchema = createSchema(async (value) => ({ value: { checked: value } }));
    await items.post({ json: 1, bodySchema }).unwrap();
    expect(backend.request().body).toBe('{"checked":1}');
    const refusing = createSchema(async () => ({ issues: [{ message: "no", path: ["sku"] }] }));
    expect(await items.post({ json: 1, bodySchema: refusing })).toMatchObject({ error: { subject: "sku" } });
    expect(backend.requests).toHaveLength(1);
  });

  it("fails with what a schema throws, at once or later", async () => {
    const { items } = await open();
    const broken = new Error("broken");
    const thrower = createSchema(() => {
      throw broken;
    });
    expect(await items.post({ json: 1, bodySchema: thrower })).toMatchObject({ ok: false, error: broken });
    const rejecter = createSchema(() => Promise.reject(broken));
    expect(await items.post({ json: 1, bodySchema: rejecter })).toMatchObject({ ok: false, error: broken });
  });
});
