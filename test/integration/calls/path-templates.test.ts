import { describe, expect, it } from "vitest";
import { openInventory } from "../../support/open-inventory.ts";

async function open() {
  const { behalf, backend } = await openInventory({ grantType: "none" });
  return { backend, inventory: behalf.service("inventory") };
}

describe("a path that is written where it is called", () => {
  it("is filled in and encoded", async () => {
    const { backend, inventory } = await open();
    await inventory.get("/items/{sku}/parts/{part?}", { params: { sku: "a/b c" }, query: { q: 1 } }).unwrap();
    expect(backend.request().url).toBe("/v1/items/a%2Fb%20c/parts?q=1");
  });

  it.each(["get", "head", "post", "put", "patch", "delete"] as const)("is filled in by %s", async (verb) => {
    const { backend, inventory } = await open();
    await inventory[verb]("/items/{sku}", { params: { sku: 1 } }).unwrap();
    expect(backend.request()).toMatchObject({ method: verb.toUpperCase(), url: "/v1/items/1" });
  });

  it.each<[string, Readonly<Record<string, string>> | undefined]>([
    ["/items/{sku}", undefined],
    ["/items/{sku}", { id: "1" }],
    ["/items/{sku}", { sku: ".." }],
    ["/items/1", { sku: "1" }],
    ["/items/{", undefined],
  ])("is refused as %s with %o, and nothing is sent", async (path, params) => {
    const { backend, inventory } = await open();
    const outcome = await inventory.get(path, params ? { params } : {});
    expect(outcome).toMatchObject({ ok: false, error: { refusal: "pathParameter" } });
    expect(backend.requests).toHaveLength(0);
  });

  it("is taken as it is without braces", async () => {
    const { backend, inventory } = await open();
    await inventory.get("/items/a%2Fb?where={a}").unwrap();
    expect(backend.request().url).toBe("/v1/items/a%2Fb?where={a}");
  });

  it("begins where the service says", async () => {
    const { backend, inventory } = await open();
    expect(inventory.baseUrl).toBe(`${backend.url}/v1`);
  });
});
