import { decodeJwt } from "jose";
import * as openid from "openid-client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { discoverAs } from "../../test/sign-in.ts";
import { type AuthorizationServer, startAuthorizationServer, tokenExchangeGrant } from "../index.ts";

const secret = "only-for-tests";
const accessToken = "urn:ietf:params:oauth:token-type:access_token";
const refreshToken = "urn:ietf:params:oauth:token-type:refresh_token";

let server: AuthorizationServer;
let ordersApi: openid.Configuration;
let gateway: openid.Configuration;

beforeAll(async () => {
  server = await startAuthorizationServer({
    clients: [
      { id: "orders-api", secret },
      { id: "gateway", secret },
      { id: "inventory", secret, grants: ["tokenExchange"] },
    ],
  });
  ordersApi = await discoverAs(server.issuer, "orders-api", openid.ClientSecretBasic(secret));
  gateway = await discoverAs(server.issuer, "gateway", openid.ClientSecretBasic(secret));
});
afterAll(() => server.close());

const issueFor = (mayAct?: { readonly sub: string }): Promise<string> =>
  server.issueAccessToken({
    clientId: "gateway",
    person: "alice",
    audience: "orders-api",
    ...(mayAct === undefined ? {} : { mayAct }),
  });

const exchange = async (subject: string, parameters: Record<string, string>, client = ordersApi) =>
  openid.genericGrantRequest(client, tokenExchangeGrant, {
    subject_token: subject,
    subject_token_type: accessToken,
    audience: "inventory",
    ...parameters,
  });

const withActor = async (client: openid.Configuration, audience: string) => ({
  actor_token: (await openid.clientCredentialsGrant(client, { audience })).access_token,
  actor_token_type: accessToken,
});

describe("an actor token", () => {
  it("names the acting party, one that the client got for itself", async () => {
    const tokens = await exchange(await issueFor(), await withActor(ordersApi, "inventory"));
    expect(decodeJwt(tokens.access_token)).toMatchObject({ sub: "alice", act: { sub: "orders-api" } });
  });

  it("names another party, whose token is meant for the client", async () => {
    const tokens = await exchange(await issueFor(), await withActor(gateway, "orders-api"));
    expect(decodeJwt(tokens.access_token).act).toEqual({ sub: "gateway" });
  });

  it("goes around the party that acted before", async () => {
    const first = await exchange(await issueFor(), await withActor(gateway, "orders-api"));
    const inventory = await discoverAs(server.issuer, "inventory", openid.ClientSecretBasic(secret));
    const actor = await withActor(ordersApi, "inventory");
    const second = await exchange(first.access_token, { ...actor, audience: "pricing" }, inventory);
    expect(decodeJwt(second.access_token).act).toEqual({ sub: "orders-api", act: { sub: "gateway" } });
  });

  it("is refused when it has nothing to do with the client", async () => {
    const request = exchange(await issueFor(), await withActor(gateway, "pricing"));
    await expect(request).rejects.toMatchObject({ error: "invalid_request" });
  });
});

describe("may_act of a subject token", () => {
  it("lets the party act that it names", async () => {
    const tokens = await exchange(await issueFor({ sub: "orders-api" }), {});
    expect(decodeJwt(tokens.access_token)).toMatchObject({ act: { sub: "orders-api" } });
    const byActor = await exchange(await issueFor({ sub: "gateway" }), await withActor(gateway, "orders-api"));
    expect(decodeJwt(byActor.access_token)).toMatchObject({ act: { sub: "gateway" } });
  });

  it("refuses every other party", async () => {
    const request = exchange(await issueFor({ sub: "gateway" }), {});
    await expect(request).rejects.toMatchObject({ error: "invalid_grant" });
    const byActor = exchange(await issueFor({ sub: "orders-api" }), await withActor(gateway, "orders-api"));
    await expect(byActor).rejects.toMatchObject({ error: "invalid_grant" });
  });
});

describe("requested_token_type of a refresh token", () => {
  it("gives one whose access tokens keep the acting party", async () => {
    const tokens = await exchange(await issueFor(), { requested_token_type: refreshToken });
    expect(tokens).toMatchObject({ issued_token_type: refreshToken, token_type: "n_a" });
    const renewed = await openid.refreshTokenGrant(ordersApi, tokens.access_token);
    expect(decodeJwt(renewed.access_token)).toMatchObject({
      sub: "alice",
      aud: "inventory",
      scope: "inventory:read",
      act: { sub: "orders-api" },
    });
    expect(decodeJwt(renewed.access_token)).not.toHaveProperty("name");
  });

  it("is refused to a client without refresh tokens", async () => {
    const { access_token: subject } = await exchange(await issueFor(), {});
    const inventory = await discoverAs(server.issuer, "inventory", openid.ClientSecretBasic(secret));
    const request = exchange(subject, { requested_token_type: refreshToken, audience: "pricing" }, inventory);
    await expect(request).rejects.toMatchObject({ error: "unauthorized_client" });
  });
});
