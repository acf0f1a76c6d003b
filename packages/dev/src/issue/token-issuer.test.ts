import { setTimeout as sleep } from "node:timers/promises";
import { decodeJwt } from "jose";
import * as openid from "openid-client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { discoverApp, discoverAs, signIn } from "../../test/sign-in.ts";
import { type AuthorizationServer, startAuthorizationServer } from "../index.ts";

const secret = "only-for-tests";
const clients = [
  { id: "orders-api", secret },
  { id: "reports", secret, grants: ["clientCredentials"], audiences: ["pricing"] },
  { id: "orders-app", redirectUris: ["http://127.0.0.1/callback"] },
] as const;
const alice = { clientId: "orders-api", person: "alice" };

let server: AuthorizationServer;
let ordersApi: openid.Configuration;
beforeAll(async () => {
  server = await startAuthorizationServer({ clients });
  ordersApi = await discoverAs(server.issuer, "orders-api", openid.ClientSecretBasic(secret));
});
afterAll(() => server.close());

describe("issueAccessToken", () => {
  it("gives what the person would get by signing in", async () => {
    const { iat, exp, ...claims } = decodeJwt(
      await server.issueAccessToken({ ...alice, audience: "orders-api", scope: "orders:read" }),
    );
    expect(claims).toEqual({
      iss: server.issuer,
      sub: "alice",
      aud: "orders-api",
      client_id: "orders-api",
      scope: "orders:read",
      name: "Alice Archer",
      email: "alice@example.test",
      jti: expect.any(String),
    });
    expect((exp ?? 0) - (iat ?? 0)).toBe(600);
  });

  it("binds the token, and limits its life", async () => {
    const token = await server.issueAccessToken({
      ...alice,
      resource: "urn:behalf:orders-api",
      lifetimeMs: 5_000,
      confirmation: { jkt: "thumbprint" },
    });
    const { cnf, iat = 0, exp = 0 } = decodeJwt(token);
    expect(cnf).toEqual({ jkt: "thumbprint" });
    expect(exp - iat).toBe(5);
    expect(await openid.tokenIntrospection(ordersApi, token)).toMatchObject({ active: true, token_type: "DPoP" });
  });

  it.each([
    ["clientId", { ...alice, clientId: "nobody", audience: "pricing" }],
    ["person", { ...alice, person: "nobody", audience: "pricing" }],
    ["target", { ...alice, audience: "payroll" }],
    ["target", { ...alice, clientId: "reports", audience: "inventory" }],
    ["scope", { ...alice, audience: "pricing", scope: "inventory:read" }],
    ["lifetimeMs", { ...alice, audience: "pricing", lifetimeMs: 1 }],
  ])("says that the %s cannot be used", async (word, options) => {
    const issuing = server.issueAccessToken(options);
    await expect(issuing).rejects.toThrow(TypeError);
    await expect(issuing).rejects.toThrow(word);
  });
});

describe("a refresh token", () => {
  it("gives access tokens about the person", async () => {
    const token = await server.issueRefreshToken({ ...alice, resource: "urn:behalf:inventory" });
    const tokens = await openid.refreshTokenGrant(ordersApi, token);
    expect(decodeJwt(tokens.access_token)).toMatchObject({ sub: "alice", aud: "inventory", scope: "inventory:read" });
    expect(server.tokenRequests.snapshot().at(-1)).toMatchObject({ grantType: "refresh_token", subject: "alice" });
  });

  it("gives one of several targets at a time", async () => {
    const token = await server.issueRefreshToken({ ...alice, audience: ["inventory", "pricing"] });
    const first = await openid.refreshTokenGrant(ordersApi, token, { resource: "urn:behalf:pricing" });
    expect(decodeJwt(first.access_token)).toMatchObject({ aud: "pricing", scope: "pricing:read" });
    const second = await openid.refreshTokenGrant(ordersApi, first.refresh_token ?? "", {
      resource: "urn:behalf:inventory",
      scope: "inventory:read",
    });
    expect(decodeJwt(second.access_token)).toMatchObject({ aud: "inventory", scope: "inventory:read" });
  });

  it("is replaced on each use, and ends its family when it comes back", async () => {
    const first = await server.issueRefreshToken({ ...alice, audience: "inventory" });
    const { refresh_token: second = "" } = await openid.refreshTokenGrant(ordersApi, first);
    expect(second).not.toBe(first);
    const { refresh_token: third = "" } = await openid.refreshTokenGrant(ordersApi, second);
    await expect(openid.refreshTokenGrant(ordersApi, first)).rejects.toMatchObject({ error: "invalid_grant" });
    await expect(openid.refreshTokenGrant(ordersApi, third)).rejects.toMatchObject({ error: "invalid_grant" });
  });

  it("stays the same where rotation is off, and ends with its lifetime", async () => {
    const other = await startAuthorizationServer({
      clients,
      rotateRefreshTokens: false,
      refreshTokenLifetimeMs: 2_000,
    });
    const client = await discoverAs(other.issuer, "orders-api", openid.ClientSecretBasic(secret));
    const token = await other.issueRefreshToken({ ...alice, audience: "inventory" });
    for (const _ of [1, 2]) expect((await openid.refreshTokenGrant(client, token)).refresh_token).toBe(token);
    await sleep(2_100);
    await expect(openid.refreshTokenGrant(client, token)).rejects.toMatchObject({ error: "invalid_grant" });
    await other.close();
  });

  it("refuses another client, a wider scope and a revoked one", async () => {
    const app = await discoverApp(server.issuer);
    const token = await server.issueRefreshToken({ ...alice, audience: "inventory" });
    await expect(openid.refreshTokenGrant(app, token)).rejects.toMatchObject({ error: "invalid_grant" });
    const wider = openid.refreshTokenGrant(ordersApi, token, { scope: "inventory:read inventory:write" });
    await expect(wider).rejects.toMatchObject({ error: "invalid_scope" });
    await openid.tokenRevocation(ordersApi, token);
    await expect(openid.refreshTokenGrant(ordersApi, token)).rejects.toMatchObject({ error: "invalid_grant" });
  });

  it("is not issued to a client without the grant", async () => {
    const issuing = server.issueRefreshToken({ ...alice, clientId: "reports", audience: "pricing" });
    await expect(issuing).rejects.toThrow('issueRefreshToken: client "reports" may not use refresh tokens.');
  });

  it("comes with a sign-in that asks for offline_access and consent", async () => {
    const scope = "openid offline_access orders:read";
    const tokens = await signIn({ issuer: server.issuer, hint: "alice", scope, prompt: "consent" });
    const app = await discoverApp(server.issuer);
    const renewed = await openid.refreshTokenGrant(app, tokens.refresh_token ?? "");
    expect(decodeJwt(renewed.access_token)).toMatchObject({ sub: "alice", aud: "orders-api", name: "Alice Archer" });
  });
});
