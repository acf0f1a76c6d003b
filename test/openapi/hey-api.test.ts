import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { createClient } from "@hey-api/openapi-ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeEmptyFolder, removeFolder } from "../support/temporary-folder.ts";
import { document, type Mock, openMock } from "./open-mock.ts";

interface Result {
  readonly data?: unknown;
  readonly error?: unknown;
  readonly response: Response;
}

type Operation = (options: Readonly<Record<string, unknown>>) => Promise<Result>;

/** What is generated: the parts that are used here. */
interface Generated {
  readonly sdk: Readonly<Record<string, Operation>>;
  readonly createClient: (config: object) => object;
}

const folder = fileURLToPath(new URL(`../../node_modules/.cache/hey-api-${process.pid}`, import.meta.url));
let generated: Generated;

beforeAll(async () => {
  makeEmptyFolder(folder);
  await createClient({
    input: fileURLToPath(document),
    output: { path: folder, entryFile: false },
    plugins: ["@hey-api/client-fetch", "@hey-api/typescript", "@hey-api/sdk"],
    logs: { level: "silent", file: false },
  });
  const load = (path: string): Promise<Record<string, never>> => import(pathToFileURL(join(folder, path)).href);
  const [sdk, client] = await Promise.all([load("sdk.gen.ts"), load("client/client.gen.ts")]);
  generated = { sdk, createClient: client.createClient ?? expect.fail("there is no client") };
}, 60_000);

afterAll(() => removeFolder(folder));

interface Opened extends Mock {
  ask(operation: string, options?: Readonly<Record<string, unknown>>): Promise<Result>;
}

async function open(): Promise<Opened> {
  const mock = await openMock();
  const { baseUrl, fetch } = mock.inventory;
  const client = generated.createClient({ baseUrl, fetch });
  return {
    ...mock,
    ask: (operation, options = {}) => {
      const ask = generated.sdk[operation] ?? expect.fail(`there is no ${operation} in ${readdirSync(folder).join()}`);
      return ask({ client, ...options });
    },
  };
}

const path = { "item-sku": "a/1" };

describe("a client that hey-api generated, over service.fetch", () => {
  it("is let in with the token", async () => {
    const { ask, last } = await open();
    expect((await ask("listItems")).data).toEqual([{ sku: "a-1", amount: 3 }]);
    expect(last().headers.get("authorization")).toMatch(/^Bearer ./);
  });

  it("fills paths and queries in", async () => {
    const { ask, last } = await open();
    await ask("listItems", { query: { tag: ["a b", "c"], limit: 2 } });
    expect(new URL(last().url, "http://a").searchParams.getAll("tag")).toEqual(["a b", "c"]);
    await ask("getItem", { path });
    expect(last().url).toBe("/v1/items/a%2F1");
  });

  it("sends JSON with its headers", async () => {
    const { ask, last } = await open();
    await ask("replaceItem", { path, body: { sku: "ä", amount: 1 }, headers: { "If-Match": '"1"' } });
    expect(Object.fromEntries(last().headers)).toMatchObject({ "content-type": "application/json", "if-match": '"1"' });
    expect(await last().request.json()).toEqual({ sku: "ä", amount: 1 });
  });

  it("sends a form with a file", async () => {
    const { ask, last } = await open();
    const file = new File(["content"], "a.png", { type: "image/png" });
    const { response } = await ask("addPicture", { path, body: { title: "grün", file } });
    expect(response.status).toBe(202);
    const form = await last().request.formData();
    expect([form.get("title"), await new Response(form.get("file")).text()]).toEqual(["grün", "content"]);
  });

  it("gets error statuses as errors, and answers without a body", async () => {
    const { ask } = await open();
    const lost = await ask("getLostItem", { path });
    expect([lost.response.status, lost.error]).toEqual([404, { title: "No such item", status: 404 }]);
    expect((await ask("removeItem", { path })).response.status).toBe(204);
  });

  it("reads text", async () => {
    const { ask } = await open();
    expect((await ask("getMotto")).data).toBe("Count twice.");
  });

  it("gives the typed error of a call that may not be sent: its own token is none of ours", async () => {
    const { ask, received } = await open();
    const { error } = await ask("listItems", { auth: "mine" });
    expect(error).toMatchObject({ code: "BEHALF_REQUEST_REFUSED", subject: "authorization" });
    expect(received).toHaveLength(0);
  });
});
