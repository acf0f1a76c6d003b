import { decodeJwt } from "jose";
import * as openid from "openid-client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { discoverAs, signIn } from "../../test/sign-in.ts";
import { type AuthorizationServer, startAuthorizationServer, tokenExchangeGrant } from "../index.ts";

let server: AuthorizationServer;
let edge: openid.Configuration;
let stranger: openid.Configuration;

beforeAll(async () => {
  server = await startAuthorizationServer({
    resources: [
      { name: "edge", scopes: ["orders:read"], tokenFormat: "opaque", accessTokenLifetimeMs: 300_000 },
      { name: "orders-api", scopes: ["orders"], accessTokenLifetimeMs: 120_000, tellsPerson: true },
      { name: "inventory", scopes: ["inventory:read"] },
    ],
    clients: [
      { id: "edge", secret: "edge-secret" },
      { id: "stranger", secret: "stranger-secret" },
      { id: "orders-app", redirectUris: ["http://127.0.0.1/callback"] },
    ],
  });
  edge = await discoverAs(server.issuer, "edge", openid.ClientSecretBasic("edge-secret"));
  stranger = await discoverAs(server.issuer, "stranger", openid.ClientSecretBasic("stranger-secret"));
});
afterAll(() => server.close());

const issue = (lifetimeMs = 60_000): Promise<string> =>
  server.issueAccessToken({ clientId: "orders-app", person: "alice", audience: "edge", lifetimeMs });

const exchange = async (client: openid.Configuration, token: string, audience = "orders-api") => {
  const answer = await openid.genericGrantRequest(client, tokenExchangeGrant, {
    subject_token: token,
    subject_token_type: "urn:ietf:params:oauth:token-type:access_token",
    audience,
  });
  return { claims: decodeJwt(answer.access_token), expiresIn: answer.expires_in };
};

describe("an opaque access token", () => {
  it("says nothing by itself", async () => {
    expect(await issue()).toMatch(/^[\w-]{20,}$/);
  });

  it("comes out of the code flow as well, for its resource's life", async () => {
    const tokens = await signIn({ issuer: server.issuer, hint: "alice", resource: "urn:behalf:edge" });
    expect(tokens.access_token).not.toContain(".");
    expect(tokens.expires_in).toBe(300);
    expect((await exchange(edge, tokens.access_token)).claims.sub).toBe("alice");
  });

  it("is explained to the client that it is for", async () => {
    expect(await openid.tokenIntrospection(edge, await issue())).toMatchObject({
      active: true,
      sub: "alice",
      aud: "edge",
      client_id: "orders-app",
      scope: "orders:read",
      token_type: "Bearer",
      iss: server.issuer,
      name: "Alice Archer",
    });
  });

  it("is explained to nobody else", async () => {
    expect(await openid.tokenIntrospection(stranger, await issue())).toEqual({ active: false });
  });

  it("ends when it is revoked", async () => {
    const own = await server.issueAccessToken({ clientId: "edge", person: "alice", audience: "edge" });
    await openid.tokenRevocation(edge, own);
    expect(await openid.tokenIntrospection(edge, own)).toEqual({ active: false });
    await expect(exchange(edge, own)).rejects.toMatchObject({ error: "invalid_request" });
  });
});

describe("the exchange of an opaque token", () => {
  it("gives a JWT that lives as briefly as its resource says", async () => {
    const { claims, expiresIn } = await exchange(edge, await issue(600_000));
    expect(claims).toMatchObject({ sub: "alice", aud: "orders-api", client_id: "edge", act: { sub: "edge" } });
    expect(expiresIn).toBe(120);
    expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBe(120);
  });

  it("ends with the opaque token at the latest", async () => {
    expect((await exchange(edge, await issue(30_000))).expiresIn).toBeLessThanOrEqual(30);
  });

  it("tells who the person is to a resource that is to be told, and to no other", async () => {
    const token = await issue();
    expect((await exchange(edge, token)).claims).toMatchObject({ name: "Alice Archer", email: "alice@example.test" });
    expect((await exchange(edge, token, "inventory")).claims).not.toHaveProperty("name");
  });

  it("is refused to a client that the token is not for", async () => {
    await expect(exchange(stranger, await issue())).rejects.toMatchObject({ error: "invalid_request" });
  });
});
