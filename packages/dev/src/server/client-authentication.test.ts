import { decodeJwt, exportJWK, generateKeyPair } from "jose";
import * as openid from "openid-client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { discoverAs } from "../../test/sign-in.ts";
import { type AuthorizationServer, jwtBearerGrant, startAuthorizationServer, tokenExchangeGrant } from "../index.ts";

const secret = "only-for-tests-0123456789-0123456789";
const algorithms = ["RS256", "PS256", "ES256", "ES384", "Ed25519"];
const accessToken = "urn:ietf:params:oauth:token-type:access_token";

let server: AuthorizationServer;
const authentications = new Map<string, openid.ClientAuth>([
  ["client_secret_basic", openid.ClientSecretBasic(secret)],
  ["client_secret_post", openid.ClientSecretPost(secret)],
  ["client_secret_jwt", openid.ClientSecretJwt(secret)],
  ["none", openid.None()],
]);

beforeAll(async () => {
  const pairs = await Promise.all(algorithms.map((alg) => generateKeyPair(alg)));
  const keys = await Promise.all(pairs.map(async (pair, n) => ({ ...(await exportJWK(pair.publicKey)), kid: `${n}` })));
  for (const [n, pair] of pairs.entries()) {
    authentications.set(
      `private_key_jwt, ${algorithms[n]}`,
      openid.PrivateKeyJwt({ key: pair.privateKey, kid: `${n}` }),
    );
  }
  server = await startAuthorizationServer({
    clients: [
      { id: "client_secret_basic", secret },
      { id: "client_secret_post", secret, authentication: "client_secret_post" },
      { id: "client_secret_jwt", secret, authentication: "client_secret_jwt" },
      { id: "private_key_jwt", jwks: { keys } },
      { id: "none", redirectUris: [], grants: ["tokenExchange", "onBehalfOf", "refreshToken"] },
      { id: "orders-api", secret },
    ],
    resources: [
      ...["client_secret_basic", "client_secret_post", "client_secret_jwt", "private_key_jwt", "none"].map((name) => ({
        name,
        scopes: [],
      })),
      { name: "inventory", scopes: ["inventory:read"] },
    ],
  });
});
afterAll(() => server.close());

const methods = ["client_secret_basic", "client_secret_post", "client_secret_jwt"];
const confidential = [...methods, ...algorithms.map((algorithm) => `private_key_jwt, ${algorithm}`)];

const discover = (method: string): Promise<openid.Configuration> =>
  discoverAs(server.issuer, toClientId(method), authentications.get(method) ?? openid.None());

const toClientId = (method: string): string => method.split(",")[0] ?? method;

describe("client authentication", () => {
  it.each(confidential)("by %s gets a token for the client itself", async (method) => {
    const tokens = await openid.clientCredentialsGrant(await discover(method), { audience: "inventory" });
    expect(decodeJwt(tokens.access_token).sub).toBe(toClientId(method));
  });

  it.each([...confidential, "none"])("by %s serves the grants about a person", async (method) => {
    const client = await discover(method);
    const clientId = toClientId(method);
    const token = await server.issueAccessToken({ clientId: "orders-api", person: "alice", audience: clientId });
    const exchanged = await openid.genericGrantRequest(client, tokenExchangeGrant, {
      subject_token: token,
      subject_token_type: accessToken,
      audience: "inventory",
    });
    const behalf = await openid.genericGrantRequest(client, jwtBearerGrant, {
      assertion: token,
      requested_token_use: "on_behalf_of",
      scope: "inventory:read",
    });
    const refresh = await server.issueRefreshToken({ clientId, person: "alice", audience: "inventory" });
    const renewed = await openid.refreshTokenGrant(client, refresh);
    for (const { access_token: issued } of [exchanged, behalf, renewed]) {
      expect(decodeJwt(issued)).toMatchObject({ sub: "alice", aud: "inventory", client_id: clientId });
    }
  });

  it.each([
    ["a wrong secret", "client_secret_jwt", openid.ClientSecretJwt("wrong")],
    ["another method", "client_secret_jwt", openid.ClientSecretPost(secret)],
    ["no credential", "private_key_jwt", openid.None()],
  ])("refuses %s", async (_name, clientId, authentication) => {
    const client = await discoverAs(server.issuer, clientId, authentication);
    const request = openid.clientCredentialsGrant(client, { audience: "inventory" });
    await expect(request).rejects.toMatchObject({ error: "invalid_client", status: 401 });
  });

  it("refuses a key that is not the client's", async () => {
    const { privateKey } = await generateKeyPair("ES256");
    const client = await discoverAs(server.issuer, "private_key_jwt", openid.PrivateKeyJwt(privateKey));
    const request = openid.clientCredentialsGrant(client, { audience: "inventory" });
    await expect(request).rejects.toMatchObject({ error: "invalid_client" });
  });
});
