import { decodeJwt, decodeProtectedHeader } from "jose";
import * as openid from "openid-client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { discoverAs } from "../../test/sign-in.ts";
import { type AuthorizationServer, startAuthorizationServer } from "../index.ts";

const awkward = "p+%:/?&= \"'`~!";

let server: AuthorizationServer;
beforeAll(async () => {
  server = await startAuthorizationServer({
    accessTokenAlgorithm: "ES256",
    clients: [
      { id: "reports", secret: "s", audiences: ["pricing"], grants: ["clientCredentials"] },
      { id: "exchanger", secret: "s", grants: ["tokenExchange"] },
      { id: "awkward client", secret: awkward },
    ],
  });
});
afterAll(() => server.close());

const ask = async (clientId: string, secret: string, parameters: Record<string, string>) => {
  const configuration = await discoverAs(server.issuer, clientId, openid.ClientSecretBasic(secret));
  return openid.clientCredentialsGrant(configuration, parameters);
};

describe("client credentials", () => {
  it("names the target by its URI", async () => {
    const tokens = await ask("reports", "s", { resource: "urn:behalf:pricing" });
    expect(decodeJwt(tokens.access_token).aud).toBe("pricing");
    expect(decodeProtectedHeader(tokens.access_token).alg).toBe("ES256");
  });

  it("finds the target by its scopes", async () => {
    const tokens = await ask("reports", "s", { scope: "pricing:read" });
    expect(decodeJwt(tokens.access_token)).toMatchObject({ aud: "pricing", scope: "pricing:read" });
  });

  it.each([
    { case: "an unknown target", client: "reports", asks: { audience: "payroll" }, error: "invalid_target" },
    { case: "a target not allowed", client: "reports", asks: { audience: "inventory" }, error: "invalid_target" },
    { case: "no target", client: "reports", asks: {}, error: "invalid_target" },
    {
      case: "a scope of another target",
      client: "reports",
      asks: { audience: "pricing", scope: "inventory:read" },
      error: "invalid_scope",
    },
    { case: "a grant not allowed", client: "exchanger", asks: { audience: "pricing" }, error: "unauthorized_client" },
  ])("refuses $case", async ({ client, asks, error }) => {
    await expect(ask(client, "s", asks)).rejects.toMatchObject({ error });
  });

  it("refuses a wrong secret", async () => {
    await expect(ask("reports", "wrong", { audience: "pricing" })).rejects.toMatchObject({ status: 401 });
  });

  it.each([
    ["client_secret_basic", openid.ClientSecretBasic],
    ["client_secret_post", openid.ClientSecretPost],
  ])("takes any printable secret with %s", async (_name, authenticate) => {
    const configuration = await discoverAs(server.issuer, "awkward client", authenticate(awkward));
    const tokens = await openid.clientCredentialsGrant(configuration, { audience: "pricing" });
    expect(decodeJwt(tokens.access_token).sub).toBe("awkward client");
  });
});
