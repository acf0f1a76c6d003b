import { generateKeyPairSync } from "node:crypto";
import { createBehalf } from "behalf";
import { describe, expect, it } from "vitest";
import { closeAfterTest, receive, toRoot } from "../support/open-behalf.ts";
import { fault } from "../support/scripted-as.ts";
import { listHeader } from "../support/scripted-backend/backend-request.ts";
import { answer } from "../support/scripted-backend.ts";
import { some } from "../support/some.ts";
import { type Servers, startAs, startOneBackend, startServers } from "../support/start-servers.ts";
import { the } from "../support/the.ts";

describe("a token request that is sent again", () => {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const keys = [{ ...publicKey.export({ format: "jwk" }), kid: "one" }];
  const client = { clientId: the.clientId, keys };

  const repetitions = [
    ["another nonce is asked for", { dpop: { nonces: "required" } }, undefined],
    ["the server failed", {}, fault.status(500)],
    ["the connection broke", {}, fault.drop()],
  ] as const;

  // https://github.com/DuendeSoftware/foss/issues/325
  it.each(repetitions)("because %s has an assertion and a proof of its own", async (_why, options, first) => {
    const as = await startAs({ ...options, clients: [client] });
    if (first) as.faults.next("token", first);
    const backend = await startOneBackend();
    const { clientSecret: _, ...root } = toRoot(as);
    const own = { clientAuthentication: "private_key_jwt", privateKey, keyId: "one", dpop: true } as const;
    const stock = { host: backend.url, grantType: "clientCredentials", ...own } as const;
    const behalf = closeAfterTest(createBehalf({ ...root, services: { stock } }));
    expect(await behalf.service("stock").get("/")).toMatchObject({ ok: true });
    const presented = as.tokenRequests.map(({ presented: { assertion, proof } }) => [
      assertion?.payload.jti,
      proof?.payload.jti,
    ]);
    expect(presented).toHaveLength(2);
    expect(new Set(presented.flat()).size).toBe(4);
    expect(presented.flat().every((id) => typeof id === "string")).toBe(true);
  });
});

describe("a call whose token is refused", () => {
  async function openRevoked(challenge?: string) {
    const servers: Servers = await startServers();
    const { as, backend } = servers;
    const stock = { host: backend.url, grantType: "tokenExchange", audience: the.audience } as const;
    const behalf = closeAfterTest(createBehalf({ ...toRoot(as), services: { stock } }));
    const { run } = await receive(behalf, await as.issue(some.claims()));
    await run(() => behalf.service("stock").get("/").unwrap());
    backend.refuse(backend.request().token ?? "", challenge);
    return { ...servers, call: () => run(() => behalf.service("stock").post("/", { json: { count: 1 } })) };
  }

  // https://github.com/quarkusio/quarkus/issues/44037
  it.each([undefined, "Bearer", 'Bearer error="invalid_token"'])(
    "by %s is replayed with another",
    async (challenge) => {
      const { as, backend, call } = await openRevoked(challenge);
      expect(await call()).toMatchObject({ ok: true });
      const [refused, replayed] = backend.requests.slice(1);
      expect([refused?.body, replayed?.body]).toEqual(['{"count":1}', '{"count":1}']);
      expect(replayed?.token).not.toBe(refused?.token);
      expect([backend.requests.length, as.count("token")]).toEqual([3, 2]);
    },
  );

  // https://github.com/quarkusio/quarkus/issues/36810
  it("carries one Authorization header each time", async () => {
    const { backend, call } = await openRevoked();
    await call().unwrap();
    const sent = backend.requests.map((request) => listHeader(request, "authorization"));
    expect(sent.map((values) => values.length)).toEqual([1, 1, 1]);
    expect(sent.flat()).toEqual(backend.requests.map(({ token }) => `Bearer ${token}`));
  });

  // https://github.com/quarkusio/quarkus/issues/44037
  it("for ever is not sent for ever", async () => {
    const { as, backend, call } = await openRevoked();
    backend.handle(answer.unauthorized('Bearer error="invalid_token"'));
    for (let index = 0; index < 5; index += 1) {
      expect(await call()).toMatchObject({ ok: false, error: { code: "BEHALF_BACKEND_ERROR", status: 401 } });
    }
    expect([backend.requests.length, as.count("token")]).toEqual([7, 2]);
  });
});
