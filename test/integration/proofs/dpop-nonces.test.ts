import { Readable } from "node:stream";
import { createBehalf } from "behalf";
import { decodeJwt } from "jose";
import { describe, expect, it } from "vitest";
import { closeAfterTest, toRoot } from "../../support/open-behalf.ts";
import type { ScriptedAs } from "../../support/scripted-as.ts";
import { answer, type Backend, type BackendDpop, type BackendHandler } from "../../support/scripted-backend.ts";
import { startAs, startOneBackend } from "../../support/start-servers.ts";
import { the } from "../../support/the.ts";
import { createInventoryApi, type InventoryApi } from "./inventory-api.ts";

interface World {
  readonly as: ScriptedAs;
  readonly backend: Backend;
  readonly api: InventoryApi;
  call(): Promise<unknown>;
}

const createApi = (as: ScriptedAs, backend: Backend): InventoryApi =>
  createInventoryApi({ authority: as.issuer, backend, root: { clientSecret: the.clientSecret, dpop: true } });

/** An instance whose token is bound to a key, and a backend that wants the key proved to it. */
async function open(dpop: BackendDpop, handler: BackendHandler = answer.echo()): Promise<World> {
  const as = await startAs();
  const verify = { jwksUri: as.jwksUri, issuer: as.issuer, audience: the.audience };
  const backend = await startOneBackend({ dpop, verify, handler });
  const api = createApi(as, backend);
  return { as, backend, api, call: () => api.service("inventory").endpoint("items").get().unwrap() };
}

/** The nonce in the proof of each request. */
const noncesAt = ({ requests }: Backend): unknown[] =>
  requests.map(({ headers }) => decodeJwt(`${headers.dpop}`).nonce);

const challenge = (nonce: string): BackendHandler =>
  answer.unauthorized('DPoP error="use_dpop_nonce"', { headers: { "dpop-nonce": nonce } });

describe("a backend that changes its nonce with each answer", () => {
  it("costs one more round trip once, and none afterwards", async () => {
    const { backend, as, call } = await open({ nonce: "rotating" });
    for (let count = 0; count < 5; count++) await call();
    expect(backend.requests).toHaveLength(6);
    expect(new Set(noncesAt(backend)).size).toBe(6);
    expect(backend.requests.every(({ scheme }) => scheme === "dpop")).toBe(true);
    expect(as.tokenRequests).toHaveLength(1);
  });

  // A nonce that is known already is no reason to give up on another one: https://github.com/opentdf/web-sdk/pull/939
  it("is answered again when somebody else has used the nonce up", async () => {
    const { backend, as, call } = await open({ nonce: "rotating" });
    await call();
    await createApi(as, backend).service("inventory").endpoint("items").get().unwrap();
    const before = backend.requests.length;
    await call();
    expect(backend.requests.length - before).toBe(2);
  });
});

describe("a backend that is never content", () => {
  it("gets a request twice for the same nonce, and the call a typed error", async () => {
    const { backend, as, call } = await open({ nonce: "stuck" });
    const refusal = { name: "BackendError", code: "BEHALF_BACKEND_ERROR", status: 401 };
    await expect(call()).rejects.toMatchObject(refusal);
    expect(backend.requests).toHaveLength(2);
    await expect(call()).rejects.toMatchObject(refusal);
    expect(backend.requests).toHaveLength(3);
    expect(as.tokenRequests).toHaveLength(1);
  });

  // What comes with a second refusal is kept, too: https://github.com/opentdf/java-sdk/pull/374
  it("gets a request twice for another nonce each time, and the newest one next time", async () => {
    const { backend, call } = await open({ nonce: "none" });
    backend.next(challenge("first"), challenge("second"));
    await expect(call()).rejects.toMatchObject({ code: "BEHALF_BACKEND_ERROR", status: 401 });
    await call();
    expect(noncesAt(backend)).toEqual([undefined, "first", "second"]);
  });
});

describe("a backend that asks for a nonce with 400", () => {
  // https://github.com/forcedotcom/SalesforceMobileSDK-Android/pull/3011
  it("gets one by a call, and by fetch", async () => {
    const { backend, as, api, call } = await open({ nonce: "required", nonceStatus: 400 });
    await call();
    expect(backend.requests).toHaveLength(2);
    const fetching = createApi(as, backend).service("inventory").fetch("/items");
    expect((await fetching).status).toBe(200);
    expect(backend.requests).toHaveLength(4);
    expect((await api.service("inventory").fetch("/items")).status).toBe(200);
    expect(backend.requests).toHaveLength(5);
  });

  it("gets nothing again for a 400 that is about something else", async () => {
    const { backend, call } = await open({ nonce: "none" });
    backend.next(answer.status(400, { "dpop-nonce": "fresh" }));
    await expect(call()).rejects.toMatchObject({ code: "BEHALF_BACKEND_ERROR", status: 400 });
    expect(backend.requests).toHaveLength(1);
  });
});

describe("a nonce", () => {
  it("that comes with a success is used next time", async () => {
    const { backend, call } = await open({ nonce: "none" }, answer.json({}, 200, { "dpop-nonce": "given" }));
    await call();
    await call();
    expect(noncesAt(backend)).toEqual([undefined, "given"]);
  });

  it("goes to nobody but the origin that gave it", async () => {
    const as = await startAs({ dpop: { nonces: "required" } });
    const giving = (nonce: string): Promise<Backend> =>
      startOneBackend({ dpop: { nonce: "none" }, handler: answer.json({}, 200, { "dpop-nonce": nonce }) });
    const [one, other] = await Promise.all([giving("of-one"), giving("of-other")]);
    const api = closeAfterTest(
      createBehalf({
        ...toRoot(as),
        dpop: true,
        serviceDefaults: { grantType: "clientCredentials" },
        services: { one: one.url, other: other.url },
      }),
    );
    for (const name of ["one", "other", "one", "other"] as const) await api.service(name).get("/").unwrap();
    expect(noncesAt(one)).toEqual([undefined, "of-one"]);
    expect(noncesAt(other)).toEqual([undefined, "of-other"]);
    expect(as.tokenRequests).toHaveLength(2);
  });
});

describe("a request that is sent again with a nonce", () => {
  it("has the same body, where that can be sent again", async () => {
    const { backend, api } = await open({ nonce: "required" });
    await api
      .service("inventory")
      .endpoint("items")
      .post({ json: { sku: "1" } })
      .unwrap();
    expect(backend.requests.map(({ method, body }) => [method, body])).toEqual([
      ["POST", '{"sku":"1"}'],
      ["POST", '{"sku":"1"}'],
    ]);
    const [first, second] = backend.requests.map(({ headers }) => decodeJwt(`${headers.dpop}`).jti);
    expect(first).not.toBe(second);
  });

  it("is not sent again where its body is a stream", async () => {
    const { backend, api, call } = await open({ nonce: "required" });
    const post = (): Promise<unknown> =>
      api
        .service("inventory")
        .endpoint("items")
        .post({ body: Readable.from(["a", "b"]) })
        .unwrap();
    await expect(post()).rejects.toMatchObject({ code: "BEHALF_BACKEND_ERROR", status: 401 });
    expect(backend.requests).toHaveLength(1);
    await call();
    await post();
    expect(backend.request().body).toBe("ab");
    expect(backend.requests).toHaveLength(3);
  });
});
