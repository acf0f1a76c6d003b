import { decodeJwt } from "jose";
import * as openid from "openid-client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { discoverAs } from "../../test/sign-in.ts";
import { type AuthorizationServer, jwtBearerGrant, startAuthorizationServer } from "../index.ts";

const secret = "only-for-tests";

let server: AuthorizationServer;
let ordersApi: openid.Configuration;
let alicesToken: string;

beforeAll(async () => {
  server = await startAuthorizationServer({
    clients: [
      { id: "orders-api", secret },
      { id: "pricing", secret, grants: ["clientCredentials"] },
    ],
  });
  ordersApi = await discoverAs(server.issuer, "orders-api", openid.ClientSecretBasic(secret));
  alicesToken = await server.issueAccessToken({ clientId: "pricing", person: "alice", audience: "orders-api" });
});
afterAll(() => server.close());

const present = (parameters: Record<string, string>, client = ordersApi) =>
  openid.genericGrantRequest(client, jwtBearerGrant, { assertion: alicesToken, ...parameters });

const onBehalfOf = (parameters: Record<string, string>, client = ordersApi) =>
  present({ requested_token_use: "on_behalf_of", ...parameters }, client);

describe("on-behalf-of", () => {
  it("gives a token about the person for the resource of the scopes", async () => {
    const tokens = await onBehalfOf({ scope: "inventory:write" });
    expect(tokens).toMatchObject({ token_type: "bearer", scope: "inventory:write" });
    expect(tokens.ext_expires_in).toBe(tokens.expires_in);
    const claims = decodeJwt(tokens.access_token);
    expect(claims).toMatchObject({ sub: "alice", aud: "inventory", client_id: "orders-api", scope: "inventory:write" });
    expect(claims).not.toHaveProperty("act");
    expect(claims).not.toHaveProperty("name");
  });

  it("reads scopes under the URI of their resource", async () => {
    const byDefault = await onBehalfOf({ scope: "openid urn:behalf:inventory/.default" });
    expect(decodeJwt(byDefault.access_token)).toMatchObject({ aud: "inventory", scope: "inventory:read" });
    const one = await onBehalfOf({ scope: "urn:behalf:inventory/inventory:write" });
    expect(decodeJwt(one.access_token)).toMatchObject({ aud: "inventory", scope: "inventory:write" });
  });

  it("gives a refresh token when offline_access is asked for", async () => {
    const tokens = await onBehalfOf({ scope: "inventory:read offline_access" });
    const renewed = await openid.refreshTokenGrant(ordersApi, tokens.refresh_token ?? "");
    expect(decodeJwt(renewed.access_token)).toMatchObject({ sub: "alice", aud: "inventory", scope: "inventory:read" });
    expect(decodeJwt(renewed.access_token)).not.toHaveProperty("name");
    expect(await onBehalfOf({ scope: "inventory:read" })).not.toHaveProperty("refresh_token");
  });

  it.each([
    ["no scope", {}, "invalid_request"],
    ["an unknown scope", { scope: "payroll:read" }, "invalid_target"],
    ["scopes of two resources", { scope: "inventory:read pricing:read" }, "invalid_target"],
    ["an unknown use", { scope: "inventory:read", requested_token_use: "x" }, "invalid_request"],
    ["an assertion that is none", { scope: "inventory:read", assertion: "x" }, "invalid_grant"],
  ])("refuses %s", async (_name, parameters, error) => {
    await expect(onBehalfOf(parameters)).rejects.toMatchObject({ error });
  });

  it("refuses an assertion for another audience", async () => {
    const { access_token: assertion } = await onBehalfOf({ scope: "inventory:read" });
    await expect(onBehalfOf({ assertion, scope: "pricing:read" })).rejects.toMatchObject({
      error: "invalid_grant",
      error_description: "assertion is meant for another audience than this client",
    });
  });

  it("refuses an assertion about a client", async () => {
    const pricing = await discoverAs(server.issuer, "pricing", openid.ClientSecretBasic(secret));
    const { access_token: assertion } = await openid.clientCredentialsGrant(pricing, { audience: "orders-api" });
    await expect(onBehalfOf({ assertion, scope: "inventory:read" })).rejects.toMatchObject({ error: "invalid_grant" });
  });

  it("is refused to a client that may not use it", async () => {
    const pricing = await discoverAs(server.issuer, "pricing", openid.ClientSecretBasic(secret));
    const request = onBehalfOf({ scope: "inventory:read" }, pricing);
    await expect(request).rejects.toMatchObject({ error: "unauthorized_client" });
  });
});

describe("a JWT assertion", () => {
  it("gives a token for the named target, without what is Entra's own", async () => {
    const tokens = await present({ audience: "inventory" });
    expect(decodeJwt(tokens.access_token)).toMatchObject({ sub: "alice", aud: "inventory", scope: "inventory:read" });
    expect(tokens).not.toHaveProperty("ext_expires_in");
    expect(server.tokenRequests.snapshot().at(-1)).toMatchObject({
      grantType: jwtBearerGrant,
      clientId: "orders-api",
      subject: "alice",
      audience: "inventory",
      outcome: "issued",
    });
  });

  it("is refused when it is missing, and as invalid_grant when it is revoked", async () => {
    const missing = openid.genericGrantRequest(ordersApi, jwtBearerGrant, { audience: "inventory" });
    await expect(missing).rejects.toMatchObject({ error: "invalid_request" });
    const pricing = await discoverAs(server.issuer, "pricing", openid.ClientSecretBasic(secret));
    const assertion = await server.issueAccessToken({ clientId: "pricing", person: "bob", audience: "orders-api" });
    await openid.tokenRevocation(pricing, assertion);
    await expect(present({ assertion, audience: "inventory" })).rejects.toMatchObject({ error: "invalid_grant" });
  });
});
