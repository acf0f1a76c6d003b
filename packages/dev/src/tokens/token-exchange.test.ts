import { setTimeout as sleep } from "node:timers/promises";
import { decodeJwt, generateKeyPair, SignJWT } from "jose";
import * as openid from "openid-client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { discoverApp, discoverAs, signIn } from "../../test/sign-in.ts";
import { type AuthorizationServer, startAuthorizationServer, tokenExchangeGrant } from "../index.ts";

const secret = "orders-api-development-secret";
const accessToken = "urn:ietf:params:oauth:token-type:access_token";

let server: AuthorizationServer;
let ordersApi: openid.Configuration;
let alicesToken: string;

beforeAll(async () => {
  server = await startAuthorizationServer({
    clients: [
      { id: "orders-api", secret },
      { id: "inventory", secret },
      { id: "pricing", secret, grants: ["clientCredentials"] },
      { id: "orders-app", redirectUris: ["http://127.0.0.1/callback"] },
    ],
  });
  ordersApi = await discoverAs(server.issuer, "orders-api", openid.ClientSecretBasic(secret));
  alicesToken = await signInToken("alice");
});
afterAll(() => server.close());

const signInToken = async (hint: string): Promise<string> =>
  (await signIn({ issuer: server.issuer, hint })).access_token;

const exchange = (parameters: Record<string, string> | [string, string][], client = ordersApi) =>
  openid.genericGrantRequest(client, tokenExchangeGrant, new URLSearchParams(parameters));

const exchangeFor = (subjectToken: string, parameters: Record<string, string>) =>
  exchange({ subject_token: subjectToken, subject_token_type: accessToken, ...parameters });

describe("token exchange", () => {
  it("gives a token for the backend, about the person, with the client as acting party", async () => {
    const tokens = await exchangeFor(alicesToken, { audience: "inventory" });
    const claims = decodeJwt(tokens.access_token);
    expect(claims).toMatchObject({
      iss: server.issuer,
      sub: "alice",
      aud: "inventory",
      client_id: "orders-api",
      act: { sub: "orders-api" },
      scope: "inventory:read",
    });
    expect(claims).not.toHaveProperty("name");
    expect(tokens).toMatchObject({ issued_token_type: accessToken, token_type: "bearer" });
  });

  it("keeps the acting party before in a nested act", async () => {
    const first = await exchangeFor(alicesToken, { audience: "inventory" });
    const inventory = await discoverAs(server.issuer, "inventory", openid.ClientSecretPost(secret));
    const second = await exchange(
      { subject_token: first.access_token, subject_token_type: accessToken, audience: "pricing" },
      inventory,
    );
    expect(decodeJwt(second.access_token)).toMatchObject({
      sub: "alice",
      aud: "pricing",
      act: { sub: "inventory", act: { sub: "orders-api" } },
    });
  });

  it("takes the resource URI in place of the audience, and both if they agree", async () => {
    const tokens = await exchangeFor(alicesToken, { audience: "pricing", resource: "urn:behalf:pricing" });
    expect(decodeJwt(tokens.access_token).aud).toBe("pricing");
  });

  it("gives the scopes that are asked for", async () => {
    const tokens = await exchangeFor(alicesToken, { audience: "inventory", scope: "inventory:write" });
    expect(tokens.scope).toBe("inventory:write");
  });

  it.each([
    ["an unknown audience", { audience: "payroll" }, "invalid_target"],
    ["an unknown resource", { resource: "urn:behalf:payroll" }, "invalid_target"],
    ["no target", {}, "invalid_target"],
    ["a scope of another target", { audience: "inventory", scope: "pricing:read" }, "invalid_scope"],
    ["an unknown subject token type", { audience: "inventory", subject_token_type: "urn:x" }, "invalid_request"],
    ["an unknown requested token type", { audience: "inventory", requested_token_type: "urn:x" }, "invalid_request"],
    ["an actor token without its type", { audience: "inventory", actor_token: "x" }, "invalid_request"],
    ["an actor token type alone", { audience: "inventory", actor_token_type: accessToken }, "invalid_request"],
    [
      "an actor token that is none",
      { audience: "inventory", actor_token: "x", actor_token_type: accessToken },
      "invalid_request",
    ],
  ])("refuses %s", async (_name, parameters, error) => {
    await expect(exchangeFor(alicesToken, parameters)).rejects.toMatchObject({ error });
  });

  it("refuses two targets for one token", async () => {
    const parameters: [string, string][] = [
      ["subject_token", alicesToken],
      ["subject_token_type", accessToken],
      ["audience", "inventory"],
      ["audience", "pricing"],
    ];
    await expect(exchange(parameters)).rejects.toMatchObject({ error: "invalid_target" });
  });

  it("refuses a missing subject token", async () => {
    const request = exchange({ subject_token_type: accessToken, audience: "inventory" });
    await expect(request).rejects.toMatchObject({ error: "invalid_request" });
  });

  it("refuses a subject token that is meant for another audience", async () => {
    const { access_token: token } = await exchangeFor(alicesToken, { audience: "inventory" });
    await expect(exchangeFor(token, { audience: "pricing" })).rejects.toMatchObject({
      error: "invalid_request",
      error_description: expect.stringContaining("another audience"),
    });
  });

  it("refuses a revoked subject token", async () => {
    const token = await signInToken("alice");
    await openid.tokenRevocation(await discoverApp(server.issuer), token);
    await expect(exchangeFor(token, { audience: "inventory" })).rejects.toMatchObject({
      error: "invalid_request",
      error_description: "subject_token is revoked",
    });
  });

  it("refuses a subject token that somebody else has signed", async () => {
    const { privateKey } = await generateKeyPair("RS256");
    const forged = await new SignJWT({ ...decodeJwt(alicesToken), sub: "bob" })
      .setProtectedHeader({ alg: "RS256", typ: "at+jwt" })
      .sign(privateKey);
    await expect(exchangeFor(forged, { audience: "inventory" })).rejects.toMatchObject({ error: "invalid_request" });
    await expect(exchangeFor("no-jwt", { audience: "inventory" })).rejects.toMatchObject({ error: "invalid_request" });
  });

  it("refuses an ID token as subject token", async () => {
    const { id_token: idToken = "" } = await signIn({ issuer: server.issuer, hint: "alice" });
    await expect(exchangeFor(idToken, { audience: "inventory" })).rejects.toMatchObject({ error: "invalid_request" });
  });

  it("ends the new token with the subject token, and refuses that one from then on", async () => {
    const shortLived = await startAuthorizationServer({ accessTokenLifetimeMs: 6000 });
    const { access_token: token } = await signIn({ issuer: shortLived.issuer, hint: "alice" });
    const client = await discoverAs(shortLived.issuer, "orders-api", openid.ClientSecretBasic(secret));
    const request = { subject_token: token, subject_token_type: accessToken, audience: "inventory" };
    await sleep(1000);
    const { access_token: exchanged } = await exchange(request, client);
    expect(decodeJwt(exchanged).exp).toBe(decodeJwt(token).exp);
    await sleep((decodeJwt(token).exp ?? 0) * 1000 - Date.now() + 100);
    await expect(exchange(request, client)).rejects.toMatchObject({ error_description: "subject_token is expired" });
    await shortLived.close();
  });

  it.each([
    ["a client that may not exchange", "pricing", openid.ClientSecretBasic(secret)],
    ["a public client", "orders-app", openid.None()],
  ])("refuses %s", async (_name, clientId, authentication) => {
    const client = await discoverAs(server.issuer, clientId, authentication);
    const request = exchange({ subject_token: "x", subject_token_type: accessToken, audience: "inventory" }, client);
    await expect(request).rejects.toMatchObject({ error: "unauthorized_client" });
  });
});
