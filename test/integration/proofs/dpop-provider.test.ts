import { generateKeyPairSync } from "node:crypto";
import { type AuthorizationServer, startAuthorizationServer } from "@behalf/dev";
import type { AuthOptions } from "behalf";
import { decodeJwt } from "jose";
import { beforeAll, describe, expect, it } from "vitest";
import { receive } from "../../support/open-behalf.ts";
import type { Backend, BackendDpop } from "../../support/scripted-backend.ts";
import { startOneBackend } from "../../support/start-servers.ts";
import { the } from "../../support/the.ts";
import { createInventoryApi } from "./inventory-api.ts";

let server: AuthorizationServer;
let jwksUri: string;

beforeAll(async () => {
  server = await startAuthorizationServer({
    dpop: { requireNonce: true },
    clients: [{ id: the.clientId, secret: the.clientSecret, dpopBoundAccessTokens: true }],
    resources: [the.clientId, the.audience].map((name) => ({ name, scopes: [`${name}:read`] })),
  });
  const answered = await fetch(`${server.issuer}/.well-known/openid-configuration`);
  const metadata = (await answered.json()) as { readonly jwks_uri: string };
  jwksUri = metadata.jwks_uri;
  return () => server.close();
});

const startBackend = (dpop: BackendDpop): Promise<Backend> =>
  startOneBackend({ dpop, verify: { jwksUri, issuer: server.issuer, audience: the.audience } });

const alice = { clientId: the.clientId, person: "alice" };

const grants: Readonly<Record<string, () => Promise<AuthOptions>>> = {
  clientCredentials: async () => ({ grantType: "clientCredentials" }),
  tokenExchange: async () => ({ grantType: "tokenExchange" }),
  onBehalfOf: async () => ({ grantType: "onBehalfOf", scope: `${the.audience}:read` }),
  jwtBearer: async () => ({ grantType: "jwtBearer" }),
  refreshToken: async () => ({
    grantType: "refreshToken",
    refreshToken: await server.issueRefreshToken({ ...alice, audience: the.audience }),
  }),
};

describe("DPoP with required nonces of oidc-provider", () => {
  // Each grant answers the question for a nonce: https://github.com/auth0/nextjs-auth0/pull/2391
  it.each(Object.keys(grants))("gives a bound token by %s, after one more round trip on each leg", async (grant) => {
    const backend = await startBackend({ nonce: "required" });
    const service = await grants[grant]?.();
    const asked = (outcome: string): number => server.tokenRequests.count({ outcome });
    const before = [asked("issued"), asked("use_dpop_nonce")];
    const api = createInventoryApi({
      authority: server.issuer,
      backend,
      root: { clientSecret: the.clientSecret, dpop: true },
      ...(service && { service }),
    });
    const caller = await receive(api, await server.issueAccessToken({ ...alice, audience: the.clientId }));
    const call = (): Promise<unknown> => caller.run(() => api.service("inventory").endpoint("items").get().unwrap());
    await call();
    expect([asked("issued"), asked("use_dpop_nonce")]).toEqual(before.map((count) => count + 1));
    expect(backend.requests.map(({ scheme }) => scheme)).toEqual(["dpop", "dpop"]);
    expect(decodeJwt(backend.request().token ?? "").cnf).toMatchObject({ jkt: expect.any(String) });
    await call();
    expect(backend.requests).toHaveLength(3);
  });
});

describe("a key that is given", () => {
  it("binds tokens of oidc-provider across instances", async () => {
    const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const backend = await startBackend({ nonce: "none" });
    const root = { clientSecret: the.clientSecret, dpop: { privateKey } };
    for (const _ of [1, 2]) {
      const api = createInventoryApi({ authority: server.issuer, backend, root });
      await api.service("inventory").endpoint("items").get().unwrap();
    }
    const thumbprints = backend.requests.map(({ token = "" }) => JSON.stringify(decodeJwt(token).cnf));
    expect(thumbprints).toHaveLength(2);
    expect(new Set(thumbprints).size).toBe(1);
  });
});
