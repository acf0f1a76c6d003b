import * as openid from "openid-client";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { discoverAs, signIn } from "../../test/sign-in.ts";
import { type AuthorizationServer, startAuthorizationServer, tokenExchangeGrant } from "../index.ts";

const secret = "orders-api-development-secret";

let server: AuthorizationServer;
let ordersApi: openid.Configuration;
let token: string;

beforeEach(async () => {
  server = await startAuthorizationServer();
  ordersApi = await discoverAs(server.issuer, "orders-api", openid.ClientSecretBasic(secret));
  token = (await signIn({ issuer: server.issuer, hint: "alice" })).access_token;
});
afterEach(() => server.close());

const exchange = (audience: string) =>
  openid.genericGrantRequest(ordersApi, tokenExchangeGrant, {
    subject_token: token,
    subject_token_type: "urn:ietf:params:oauth:token-type:access_token",
    audience,
  });

describe("tokenRequests", () => {
  it("tells who asked for a token about whom, and for what", async () => {
    await exchange("inventory");
    await openid.clientCredentialsGrant(ordersApi, { audience: "pricing" });
    const shared = { outcome: "issued", status: 200, at: expect.any(Date) };
    expect(server.tokenRequests.snapshot()).toEqual([
      { ...shared, grantType: "authorization_code", clientId: "orders-app", subject: "alice", audience: "orders-api" },
      { ...shared, grantType: tokenExchangeGrant, clientId: "orders-api", subject: "alice", audience: "inventory" },
      {
        ...shared,
        grantType: "client_credentials",
        clientId: "orders-api",
        subject: "orders-api",
        audience: "pricing",
      },
    ]);
  });

  it("counts those that agree with every field given", async () => {
    await exchange("inventory");
    await exchange("pricing");
    await exchange("inventory");
    const { tokenRequests } = server;
    expect(tokenRequests.count()).toBe(4);
    expect(tokenRequests.count({ grantType: tokenExchangeGrant, audience: "inventory" })).toBe(2);
    expect(tokenRequests.count({ subject: "bob" })).toBe(0);
  });

  it("tells what was refused, and repeats no text of the request", async () => {
    await expect(exchange(secret)).rejects.toThrow();
    expect(server.tokenRequests.snapshot().at(-1)).toMatchObject({
      grantType: tokenExchangeGrant,
      clientId: "orders-api",
      subject: "alice",
      audience: "unknown",
      outcome: "invalid_target",
      status: 400,
    });
    await expect(openid.genericGrantRequest(ordersApi, secret, {})).rejects.toThrow();
    expect(server.tokenRequests.snapshot().at(-1)).toMatchObject({ grantType: "unknown" });
    expect(JSON.stringify(server.tokenRequests.snapshot())).not.toContain(secret);
    expect(JSON.stringify(server.tokenRequests.snapshot())).not.toContain(token.slice(-20));
  });
});
