import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import type { HookRequest, HookResponse } from "behalf";
import { describe, expect, it } from "vitest";
import { answer } from "../../support/scripted-backend.ts";
import { openCalls } from "./open-calls.ts";

const params = { sku: "1" };

describe("a request hook", () => {
  it("sees where the request goes and what the program gave, and never the token", async () => {
    const seen: HookRequest[] = [];
    const { as, backend, behalf } = await openCalls({ inventory: { onRequest: (request) => void seen.push(request) } });
    await behalf
      .service("inventory")
      .endpoint("item")
      .get({ params, query: { depth: 2 }, headers: { "X-Trace": "1" } })
      .unwrap();
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatchObject({ service: "inventory", endpoint: "item", method: "GET" });
    expect(seen[0]?.path).toBe("/v1/items/1?depth=2");
    expect([...(seen[0]?.headers ?? [])]).toEqual([["x-trace", "1"]]);
    const { token } = backend.request();
    expect(token).toBeTruthy();
    expect(as.tokenRequests).toHaveLength(1);
    expect(JSON.stringify(seen)).not.toContain(token);
  });

  it("adds headers, and replaces what the program gave", async () => {
    const onRequest = () => ({ headers: { "X-Region": "eu", "X-Trace": "hook" } });
    const { backend, behalf } = await openCalls({ inventory: { onRequest } });
    await behalf
      .service("inventory")
      .endpoint("item")
      .get({ params, headers: { "x-trace": "program", "x-kept": "yes" } })
      .unwrap();
    expect(backend.request().headers).toMatchObject({ "x-region": "eu", "x-trace": "hook", "x-kept": "yes" });
  });

  it("comes after those of all services, and sees what they gave", async () => {
    const order: string[] = [];
    const { backend, behalf } = await openCalls({
      defaults: {
        onRequest: async () => {
          await sleep(1);
          order.push("defaults");
          return { headers: { "x-step": "1" } };
        },
      },
      inventory: {
        onRequest: [
          ({ headers }) => {
            order.push(`first ${headers.get("x-step")}`);
            return { headers: { "x-step": "2" } };
          },
          ({ headers }) => void order.push(`second ${headers.get("x-step")}`),
        ],
      },
    });
    await behalf.service("inventory").endpoint("item").get({ params }).unwrap();
    expect(order).toEqual(["defaults", "first 1", "second 2"]);
    expect(backend.request().headers["x-step"]).toBe("2");
  });

  it.each(["authorization", "Authorization", "host", "x-request-id", "dpop", "content-length"])(
    "cannot set %s",
    async (name) => {
      const { backend, behalf } = await openCalls({
        inventory: { onRequest: () => ({ headers: { [name]: "evil" } }) },
      });
      const outcome = await behalf.service("inventory").endpoint("item").get({ params });
      expect(outcome).toMatchObject({
        ok: false,
        error: { code: "BEHALF_REQUEST_REFUSED", refusal: "header", subject: name.toLowerCase() },
      });
      expect(backend.requests).toHaveLength(0);
    },
  );

  it("cannot change what it is shown", async () => {
    const onRequest = (request: HookRequest) => {
      Reflect.set(request, "path", "/elsewhere");
      (request.headers as Map<string, string>).set("authorization", "evil");
    };
    const { backend, behalf } = await openCalls({ inventory: { onRequest } });
    await behalf.service("inventory").endpoint("item").get({ params }).unwrap();
    expect(backend.request().url).toBe("/v1/items/1");
    expect(backend.request().headers.authorization).toMatch(/^Bearer /);
  });

  it("fails the call by what it throws, before it is sent", async () => {
    const failure = new Error("no region");
    const { backend, behalf } = await openCalls({
      inventory: {
        onRequest: () => {
          throw failure;
        },
      },
    });
    expect(await behalf.service("inventory").endpoint("item").get({ params })).toMatchObject({ error: failure });
    expect(backend.requests).toHaveLength(0);
  });

  it("that throws leaves no body open", async () => {
    const onRequest = () => Promise.reject(new Error("no region"));
    const { behalf } = await openCalls({ inventory: { onRequest } });
    const body = Readable.from(["a"]);
    await behalf.service("inventory").endpoint("items").post({ body });
    expect(body.destroyed).toBe(true);
  });

  it("is told once of a call that is sent again", async () => {
    const told: HookRequest[] = [];
    const { backend, behalf } = await openCalls({ inventory: { onRequest: (request) => void told.push(request) } });
    await behalf.service("inventory").endpoint("item").get({ params }).unwrap();
    backend.next(answer.unauthorized());
    await behalf.service("inventory").endpoint("item").get({ params }).unwrap();
    expect(backend.requests).toHaveLength(3);
    expect(told).toHaveLength(2);
  });

  it("is told of calls by fetch as well", async () => {
    const { backend, behalf } = await openCalls({
      inventory: { onRequest: () => ({ headers: { "x-region": "eu" } }) },
    });
    await behalf.service("inventory").fetch("items/1");
    expect(backend.request().headers["x-region"]).toBe("eu");
  });
});

describe("a response hook", () => {
  it("sees status and headers of the answer that is given on, and of which request", async () => {
    const seen: [HookResponse, HookRequest][] = [];
    const onResponse = (response: HookResponse, request: HookRequest) => void seen.push([response, request]);
    const onRequest = () => ({ headers: { "x-region": "eu" } });
    const { backend, behalf } = await openCalls({ inventory: { onRequest, onResponse } });
    backend.next(answer.unauthorized(), answer.json({ sku: "1" }, 200, { "x-rate": "7" }));
    await behalf.service("inventory").endpoint("item").get({ params }).unwrap();
    expect(seen).toHaveLength(1);
    const [response, request] = seen[0] ?? [];
    expect(response?.status).toBe(200);
    expect(response?.headers.get("x-rate")).toBe("7");
    expect(request).toMatchObject({ endpoint: "item", path: "/v1/items/1" });
    expect(request?.headers.get("x-region")).toBe("eu");
  });

  it("is told of error statuses, and of no failure to answer", async () => {
    const statuses: number[] = [];
    const { backend, behalf } = await openCalls({
      inventory: { onResponse: async ({ status }) => void statuses.push(status) },
    });
    backend.next(answer.status(404), answer.drop());
    await behalf.service("inventory").endpoint("item").get({ params });
    await behalf.service("inventory").endpoint("items").post({ json: {} });
    expect(statuses).toEqual([404]);
  });

  it("that throws lets go of the stream that was asked for", async () => {
    const onResponse = () => Promise.reject(new Error("quota used up"));
    const { backend, behalf } = await openCalls({ inventory: { onResponse, bulkhead: { maxConcurrent: 1 } } });
    backend.handle(answer.stream(["1"], { open: true }));
    const items = behalf.service("inventory").endpoint("items");
    await items.get().stream();
    await expect.poll(() => backend.request().aborted).toBe(true);
    expect(await items.get().stream()).toMatchObject({ error: { message: "quota used up" } });
  });

  it("fails the call by what it throws", async () => {
    const failure = new Error("quota used up");
    const onResponse = () => Promise.reject(failure);
    const { behalf } = await openCalls({ inventory: { onResponse } });
    expect(await behalf.service("inventory").endpoint("item").get({ params })).toMatchObject({ error: failure });
  });
});
