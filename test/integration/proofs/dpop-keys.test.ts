import { generateKeyPairSync } from "node:crypto";
import { createBehalf } from "behalf";
import { decodeJwt } from "jose";
import { describe, expect, it } from "vitest";
import { closeAfterTest, receive, toRoot } from "../../support/open-behalf.ts";
import type { ScriptedAs } from "../../support/scripted-as.ts";
import { some } from "../../support/some.ts";
import { startAs, startOneBackend, startServers } from "../../support/start-servers.ts";
import { the } from "../../support/the.ts";
import { createInventoryApi } from "./inventory-api.ts";

const pem = (): string =>
  generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({ type: "pkcs8", format: "pem" }).toString();

const jktOf = (token = ""): unknown => Reflect.get(Object(decodeJwt(token).cnf), "jkt");

const proofsAt = ({ tokenRequests }: ScriptedAs): unknown[] =>
  tokenRequests.map(({ presented }) => presented.proof?.payload.jti);

describe("the key that a token is bound to", () => {
  it("keeps its token apart from those of other keys, and of none", async () => {
    const { as, backend } = await startServers();
    const shared = { host: backend.url, audience: the.audience } as const;
    const api = closeAfterTest(
      createBehalf({
        ...toRoot(as),
        serviceDefaults: { grantType: "clientCredentials" },
        services: {
          plain: { ...shared },
          made: { ...shared, dpop: true },
          given: { ...shared, dpop: { privateKey: pem() } },
        },
      }),
    );
    for (const name of ["plain", "made", "given", "plain", "made", "given"] as const) {
      await api.service(name).get("/").unwrap();
    }
    expect(as.tokenRequests).toHaveLength(3);
    const [plain, made, given, ...again] = backend.requests;
    expect([plain, made, given].map((request) => request?.scheme)).toEqual(["bearer", "dpop", "dpop"]);
    expect(new Set([plain, made, given].map((request) => jktOf(request?.token))).size).toBe(3);
    expect(jktOf(plain?.token)).toBeUndefined();
    expect(again.map(({ token }) => token)).toEqual([plain, made, given].map((request) => request?.token));
  });

  it("is shared by all that inherit it, and so are its tokens", async () => {
    const { as, backend } = await startServers();
    const api = closeAfterTest(
      createBehalf({
        ...toRoot(as),
        dpop: true,
        serviceDefaults: { grantType: "clientCredentials", audience: the.audience },
        services: { one: backend.url, other: { host: backend.url, basePath: "/other" } },
      }),
    );
    await api.service("one").get("/").unwrap();
    await api.service("other").get("/").unwrap();
    expect(as.tokenRequests).toHaveLength(1);
  });
});

describe("a token that is bound to a key", () => {
  it("is never traded for one that is not", async () => {
    const as = await startAs({ dpop: { downgrades: true } });
    const backend = await startOneBackend();
    const root = { clientSecret: the.clientSecret, dpop: true };
    const api = createInventoryApi({ authority: as.issuer, backend, root });
    await expect(api.service("inventory").endpoint("items").get().unwrap()).rejects.toMatchObject({
      name: "TokenUnreachableError",
      code: "BEHALF_TOKEN_UNREADABLE",
    });
    expect(backend.requests).toEqual([]);
  });

  it("is shown with a proof after it was renewed, too", async () => {
    const as = await startAs();
    const verify = { jwksUri: as.jwksUri, issuer: as.issuer, audience: the.audience };
    const backend = await startOneBackend({ verify, dpop: { nonce: "none" } });
    const root = { clientSecret: the.clientSecret, dpop: true };
    const api = createInventoryApi({ authority: as.issuer, backend, root });
    const first = (await api.service("inventory").authenticate().unwrap()).value();
    backend.refuse(first, 'DPoP error="invalid_token"');
    await api.service("inventory").endpoint("items").get().unwrap();
    expect(backend.requests.map(({ scheme }) => scheme)).toEqual(["dpop", "dpop"]);
    expect(backend.request().token).not.toBe(first);
  });
});

describe("a token request that is sent again with a nonce", () => {
  // The same assertion twice is a replay: https://github.com/DuendeSoftware/foss/issues/325
  it("has an assertion and a proof of its own", async () => {
    const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const as = await startAs({
      dpop: { nonces: "required" },
      clients: [{ clientId: the.clientId, keys: [{ ...publicKey.export({ format: "jwk" }) }] }],
    });
    const backend = await startOneBackend();
    const root = { clientAuthentication: "private_key_jwt", privateKey, dpop: true } as const;
    const api = createInventoryApi({ authority: as.issuer, backend, root });
    await api.service("inventory").endpoint("items").get().unwrap();
    const assertions = as.tokenRequests.map(({ presented }) => presented.assertion?.payload.jti);
    expect([assertions.length, new Set(assertions).size]).toEqual([2, 2]);
    expect([proofsAt(as).length, new Set(proofsAt(as)).size]).toEqual([2, 2]);
  });

  it("is sent twice at most, and ends in a typed error", async () => {
    const as = await startAs({ dpop: { nonces: "stuck" } });
    const backend = await startOneBackend();
    const root = { clientSecret: the.clientSecret, dpop: true };
    const api = createInventoryApi({ authority: as.issuer, backend, root });
    await expect(api.service("inventory").endpoint("items").get().unwrap()).rejects.toMatchObject({
      name: "TokenRefusedError",
      error: "use_dpop_nonce",
    });
    expect([as.tokenRequests.length, backend.requests.length]).toEqual([2, 0]);
  });

  // Each request of a grant answers for itself: https://github.com/auth0/nextjs-auth0/pull/2391
  it("is sent again at both servers of an identity assertion", async () => {
    const nonces = { nonces: "required" } as const;
    const first = await startAs({ dpop: nonces });
    const { issuer, jwksUri } = first;
    const second = await startAs({ dpop: nonces, trustedIssuers: [{ issuer, jwksUri }] });
    const backend = await startOneBackend();
    const api = createInventoryApi({
      authority: first.issuer,
      backend,
      root: { clientSecret: the.clientSecret, dpop: true },
      service: {
        grantType: "identityAssertion",
        authority: second.issuer,
        clientId: the.clientId,
        clientSecret: the.clientSecret,
      },
    });
    const caller = await receive(api, await first.issue(some.claims()));
    await caller.run(() => api.service("inventory").endpoint("items").get().unwrap());
    expect(jktOf(backend.request().token)).toEqual(expect.any(String));
    expect([first.tokenRequests.length, second.tokenRequests.length]).toEqual([2, 2]);
  });
});
