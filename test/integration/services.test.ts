import { text } from "node:stream/consumers";
import {
  BackendError,
  ConfigurationError,
  createBehalf,
  HttpClientOptions,
  type Outcome,
  type StandardSchema,
} from "behalf";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { closeAfterTest, openRequest, receive, toRoot } from "../support/open-behalf.ts";
import { openInventory } from "../support/open-inventory.ts";
import { readClaims } from "../support/read-claims.ts";
import { answer } from "../support/scripted-backend.ts";
import { some } from "../support/some.ts";
import { startServers } from "../support/start-servers.ts";
import { the } from "../support/the.ts";

const params = { sku: "1" };
const Item = z.object({ sku: z.string(), count: z.number() });

function readError(outcome: Outcome<unknown>): Error {
  if (outcome.ok) throw new Error("The operation succeeded");
  return outcome.error;
}

function readBackendError(outcome: Outcome<unknown>): BackendError {
  const error = readError(outcome);
  if (error instanceof BackendError) return error;
  throw error;
}

describe("a call", () => {
  it("goes below host and base path, with a token for the backend on behalf of the caller", async () => {
    const { backend, behalf, receive } = await openInventory();
    const { run } = await receive();
    await run(() =>
      behalf
        .service("inventory")
        .endpoint("item")
        .get({ params, query: { depth: 2 } })
        .unwrap(),
    );
    expect(backend.request()).toMatchObject({ method: "GET", url: "/v1/items/1?depth=2" });
    expect(readClaims(backend.request().token)).toMatchObject({ sub: the.alice, aud: the.audience });
  });

  it.each(["get", "post", "put", "patch", "delete"] as const)("by %s sends that method", async (method) => {
    const { backend, behalf, receive } = await openInventory();
    const { run } = await receive();
    const outcomes = [
      await run(() => behalf.service("inventory").endpoint("item")[method]({ params })),
      await run(() => behalf.service("inventory")[method]("/items/1")),
    ];
    expect(outcomes.every(({ ok }) => ok)).toBe(true);
    expect(backend.requests.map(({ method, url }) => [method, url])).toEqual([
      [method.toUpperCase(), "/v1/items/1"],
      [method.toUpperCase(), "/v1/items/1"],
    ]);
  });

  it("is not sent before its answer is asked for, and then once", async () => {
    const { backend, behalf, receive } = await openInventory();
    const { run } = await receive();
    const call = run(() => behalf.service("inventory").endpoint("item").get({ params }));
    expect(backend.requests).toHaveLength(0);
    await Promise.all([call.text(), call.json(), call.unwrap(), call]);
    expect(backend.requests).toHaveLength(1);
  });

  it("acts for the caller in whose request it was made", async () => {
    const { backend, behalf, receive } = await openInventory();
    const [alice, bob] = [await receive(the.alice), await receive(the.bob)];
    const call = alice.run(() => behalf.service("inventory").endpoint("item").get({ params }));
    await bob.run(() => call.unwrap());
    expect(readClaims(backend.request().token).sub).toBe(the.alice);
  });

  it("carries a message id of the program's own, if it is one", async () => {
    const { backend, behalf, receive } = await openInventory();
    const { run } = await receive();
    const item = behalf.service("inventory").endpoint("item");
    const send = (messageId: string) =>
      run(() => item.get({ params, clientOptions: new HttpClientOptions({ messageId }) }).then());
    expect((await send("abc-1")).ok).toBe(true);
    expect(backend.request().headers["x-request-id"]).toBe("abc-1");
    expect(readError(await send("a b"))).toMatchObject({ refusal: "header", subject: "messageId" });
  });

  it("names the type of its body, whatever stands in other headers", async () => {
    const { backend, behalf, receive } = await openInventory();
    const { run } = await receive();
    const headers = { "access-control-request-headers": "content-type" };
    await run(() => behalf.service("inventory").endpoint("item").post({ params, headers, json: {} }).unwrap());
    expect(backend.request().headers["content-type"]).toBe("application/json");
  });

  it("asks for one token for many calls", async () => {
    const { as, backend, behalf, receive } = await openInventory();
    const { run } = await receive();
    const item = behalf.service("inventory").endpoint("item");
    await Promise.all(Array.from({ length: 50 }, () => run(() => item.get({ params }).unwrap())));
    expect([backend.requests.length, as.count("token")]).toEqual([50, 1]);
  });
});

describe("the answer", () => {
  const open = async (handler = answer.json({ sku: "1", count: 2 })) => {
    const { backend, behalf, receive } = await openInventory();
    backend.handle(handler);
    const { run } = await receive();
    // In an object, because awaiting a call sends it.
    return { call: run(() => behalf.service("inventory").endpoint("item").get({ params })) };
  };

  it("is read as JSON, with or without a schema", async () => {
    expect(await (await open()).call.json().unwrap()).toEqual({ sku: "1", count: 2 });
    const { count } = await (await open()).call.json(Item).unwrap();
    expect(count).toBe(2);
  });

  it.each([
    ["does not fit the schema", answer.json({ sku: 1 })],
    ["is not JSON", answer.status(200, {}, "<html>")],
    ["is empty", answer.status(204)],
  ])("that %s is an error, which does not repeat it", async (_case, handler) => {
    const error = readBackendError(await (await open(handler)).call.json(Item));
    expect(error).toMatchObject({ code: "BEHALF_BACKEND_UNREADABLE", service: "inventory", endpoint: "item" });
    expect(error.message).not.toMatch(/sku|html/);
  });

  it("whose schema throws is a mistake of the program, and stays good", async () => {
    const { call } = await open();
    const mistake = new TypeError("the program's");
    const validate = (): never => {
      throw mistake;
    };
    const schema: StandardSchema<unknown> = { "~standard": { version: 1, vendor: "test", validate } };
    await expect(call.json(schema)).rejects.toBe(mistake);
    expect(await call).toMatchObject({ ok: true });
  });

  it("is read as text, without a byte order mark", async () => {
    const { call } = await open(answer.status(200, {}, "\ufeffgrün"));
    expect(await call.text().unwrap()).toBe("grün");
  });

  it("is read as bytes", async () => {
    const bytes = await (await open(answer.status(200, {}, "abc"))).call.bytes().unwrap();
    expect([...bytes]).toEqual([97, 98, 99]);
  });

  it("is read as a stream", async () => {
    expect(await text(await (await open(answer.stream(["one ", "two"]))).call.stream().unwrap())).toBe("one two");
  });

  it("has status and headers", async () => {
    const response = await (await open(answer.status(203, { "x-a": "1" }))).call.unwrap();
    expect([response.status, response.headers.get("x-a")]).toEqual([203, "1"]);
  });

  it.each([400, 404, 409, 500, 503])("of status %i is a failed outcome with its problem", async (status) => {
    const error = readBackendError(
      await (await open(answer.problem(status, { title: "Taken", detail: "by bob" }))).call,
    );
    expect(error).toMatchObject({ code: "BEHALF_BACKEND_ERROR", service: "inventory", endpoint: "item", status });
    expect(error.problem()).toEqual({ status, title: "Taken", detail: "by bob" });
  });

  it("tells its challenges and when to come back", async () => {
    const headers = { "www-authenticate": 'Bearer error="insufficient_scope", scope="a b"', "retry-after": "7" };
    const error = readBackendError(await (await open(answer.status(403, headers))).call);
    expect(error.challenges().map(({ scheme, parameters }) => [scheme, parameters.get("scope")])).toEqual([
      ["Bearer", "a b"],
    ]);
    expect(error.retryAfter()).toBe("7");
  });

  it("that is a stream of an error status is a failed outcome too", async () => {
    const outcome = await (await open(answer.problem(409, { title: "Taken" }))).call.stream();
    expect(readBackendError(outcome).problem()).toMatchObject({ title: "Taken" });
  });

  it("that redirects elsewhere names both origins, and the other one is never asked", async () => {
    const [{ backend: elsewhere }, { backend, behalf, receive }] = [await startServers(), await openInventory()];
    backend.handle(answer.redirect(`${elsewhere.url}/secret`, 307));
    const { run } = await receive();
    const error = readBackendError(await run(() => behalf.service("inventory").endpoint("item").get({ params })));
    expect(error).toMatchObject({ code: "BEHALF_BACKEND_REDIRECT", status: 307 });
    expect(error.message).toContain(`${backend.url} redirects to ${elsewhere.url},`);
    expect(elsewhere.connections).toBe(0);
  });
});

describe("as itself", () => {
  it("works outside of requests", async () => {
    const { backend, behalf } = await openInventory({ grantType: "clientCredentials" });
    await behalf.service("inventory").endpoint("item").get({ params }).unwrap();
    expect(readClaims(backend.request().token)).toMatchObject({ sub: the.clientId, aud: the.audience });
    expect(backend.request().headers).not.toHaveProperty("x-request-id");
  });

  it("has one token for all callers", async () => {
    const { as, behalf, receive } = await openInventory({ grantType: "clientCredentials" });
    for (const person of [the.alice, the.bob]) {
      const { run } = await receive(person);
      await run(() => behalf.service("inventory").endpoint("item").get({ params }).unwrap());
    }
    expect(as.count("token")).toBe(1);
  });

  it("needs no token at all where the grant is none", async () => {
    const { as, backend, behalf } = await openInventory({ grantType: "none" });
    await behalf.service("inventory").endpoint("item").get({ params }).unwrap();
    expect([backend.request().token, as.requests.length]).toEqual([undefined, 0]);
  });
});

describe("without a caller", () => {
  it("an exchange fails outside of requests, and nothing is sent", async () => {
    const { as, backend, behalf } = await openInventory();
    const error = readError(await behalf.service("inventory").endpoint("item").get({ params }));
    expect(error).toMatchObject({ code: "BEHALF_CONTEXT_MISSING" });
    expect([as.requests.length, backend.connections]).toEqual([0, 0]);
  });

  it("an exchange fails in a request without a token, and nothing is sent", async () => {
    const { as, backend, behalf } = await openInventory();
    const { run } = openRequest(behalf);
    const error = readError(await run(() => behalf.service("inventory").endpoint("item").get({ params })));
    expect(error).toMatchObject({ code: "BEHALF_CALLER_TOKEN_MISSING" });
    expect([as.requests.length, backend.connections]).toEqual([0, 0]);
  });

  it("an exchange does not take a token that was not validated", async () => {
    const { as, backend, behalf } = await openInventory();
    const { run } = openRequest(behalf, { authorization: `Bearer ${await as.issue(some.claims())}` });
    const error = readError(await run(() => behalf.service("inventory").endpoint("item").get({ params })));
    expect(error).toMatchObject({ code: "BEHALF_CALLER_TOKEN_MISSING" });
    expect(backend.connections).toBe(0);
  });
});

describe("a service", () => {
  it("may be a URL and no more", async () => {
    const { as, backend } = await startServers();
    const services = { ping: backend.url };
    const behalf = closeAfterTest(
      createBehalf({ ...toRoot(as), serviceDefaults: { grantType: "tokenExchange" }, services }),
    );
    const { run } = await receive(behalf, await as.issue(some.claims()));
    await run(() => behalf.service("ping").endpoint("ping").get().unwrap());
    await run(() => behalf.service("ping").get("/status").unwrap());
    expect(backend.requests.map(({ url }) => url)).toEqual(["/", "/status"]);
  });

  it("that is not configured fails when it is called, and says what is known", async () => {
    const { behalf } = await openInventory();
    const { service }: { readonly service: (name: never) => ReturnType<typeof behalf.service> } = behalf;
    const error = readError(await service("inventroy" as never).get("/items"));
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(error).toMatchObject({ configPath: "services.inventroy", fix: expect.stringContaining("inventory") });
  });

  it("has no endpoint but the configured ones", async () => {
    const { backend, behalf, receive } = await openInventory();
    const { run } = await receive();
    const unknown = behalf.service("inventory").getEndpoint("itme");
    expect(unknown.issues).toMatchObject([{ path: "services.inventory.endpoints.itme" }]);
    expect(readError(await run(() => unknown.get()))).toMatchObject({ code: "BEHALF_CONFIG_INVALID" });
    expect(backend.requests).toHaveLength(0);
  });

  it("refuses a method that an endpoint does not allow, before a token is asked for", async () => {
    const { as, backend, behalf, receive } = await openInventory();
    const { run } = await receive();
    const items = behalf.service("inventory").endpoint("items");
    expect(readError(await run(() => items.delete()))).toMatchObject({ refusal: "method", subject: "DELETE" });
    expect([as.count("token"), backend.requests.length]).toEqual([0, 0]);
    expect((await run(() => items.post({ json: {} }))).ok).toBe(true);
  });
});
