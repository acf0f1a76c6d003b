import * as openid from "openid-client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { discoverApp, discoverAs, signIn } from "../../test/sign-in.ts";
import { type AuthorizationServer, startAuthorizationServer } from "../index.ts";

let server: AuthorizationServer;
let ordersApi: openid.Configuration;
let app: openid.Configuration;

beforeAll(async () => {
  server = await startAuthorizationServer();
  ordersApi = await discoverAs(server.issuer, "orders-api", openid.ClientSecretBasic("orders-api-development-secret"));
  app = await discoverApp(server.issuer);
});
afterAll(() => server.close());

const signInToken = async (): Promise<string> => (await signIn({ issuer: server.issuer, hint: "alice" })).access_token;

describe("introspection", () => {
  it("tells a confidential client what a token says", async () => {
    const answer = await openid.tokenIntrospection(ordersApi, await signInToken());
    expect(answer).toMatchObject({
      active: true,
      sub: "alice",
      aud: "orders-api",
      client_id: "orders-app",
      scope: "orders:read",
      token_type: "Bearer",
      iss: server.issuer,
    });
  });

  it("calls a token of somebody else inactive", async () => {
    const other = await startAuthorizationServer();
    const { access_token: token } = await signIn({ issuer: other.issuer, hint: "alice" });
    await other.close();
    expect(await openid.tokenIntrospection(ordersApi, token)).toEqual({ active: false });
    expect(await openid.tokenIntrospection(ordersApi, "no-jwt")).toEqual({ active: false });
  });

  it("tells a public client nothing", async () => {
    expect(await openid.tokenIntrospection(app, await signInToken())).toEqual({ active: false });
  });
});

describe("revocation", () => {
  it("ends a token", async () => {
    const token = await signInToken();
    await openid.tokenRevocation(app, token);
    expect(await openid.tokenIntrospection(ordersApi, token)).toEqual({ active: false });
  });

  it("refuses a client that the token was not issued to", async () => {
    const token = await signInToken();
    await expect(openid.tokenRevocation(ordersApi, token)).rejects.toMatchObject({ error: "invalid_request" });
    expect(await openid.tokenIntrospection(ordersApi, token)).toMatchObject({ active: true });
  });
});
