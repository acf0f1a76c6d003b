import type { ScriptedAs, ScriptedClient } from "behalf/testing";
import { calculateJwkThumbprint, decodeJwt, exportJWK, generateKeyPair } from "jose";
import * as oauth from "oauth4webapi";
import {
  allowInsecureRequests,
  type ClientAuth,
  ClientSecretJwt,
  type Configuration,
  clientCredentialsGrant,
  discovery,
  genericGrantRequest,
  getDPoPHandle,
  None,
  PrivateKeyJwt,
  refreshTokenGrant,
} from "openid-client";
import { describe, expect, it } from "vitest";
import { some } from "../support/some.ts";
import { startAs } from "../support/start-servers.ts";
import { the } from "../support/the.ts";

const discover = (as: ScriptedAs, authentication: ClientAuth): Promise<Configuration> =>
  discovery(new URL(as.issuer), the.clientId, undefined, authentication, { execute: [allowInsecureRequests] });

async function registerKey(alg: string): Promise<{ client: ScriptedClient; authentication: ClientAuth }> {
  const { privateKey, publicKey } = await generateKeyPair(alg);
  const client = { clientId: the.clientId, keys: [{ ...(await exportJWK(publicKey)), kid: "key" }] };
  return { client, authentication: PrivateKeyJwt({ key: privateKey, kid: "key" }) };
}

describe("openid-client", () => {
  it.each(["ES256", "PS256", "Ed25519"])("authenticates by private_key_jwt with %s", async (alg) => {
    const { client, authentication } = await registerKey(alg);
    const as = await startAs({ clients: [client] });
    const configuration = await discover(as, authentication);
    for (const _ of [1, 2]) {
      expect(await clientCredentialsGrant(configuration)).toMatchObject({ token_type: "bearer" });
    }
    const [first, second] = as.tokenRequests.map(({ presented }) => presented.assertion?.payload.jti);
    expect(first).not.toBe(second);
  });

  it("authenticates by client_secret_jwt", async () => {
    const as = await startAs();
    const configuration = await discover(as, ClientSecretJwt(the.clientSecret));
    expect(await clientCredentialsGrant(configuration)).toMatchObject({ token_type: "bearer" });
    expect(as.tokenRequest().presented.authentication).toBe("client_secret_jwt");
  });

  it("proves possession with private_key_jwt, and takes up the nonce", async () => {
    const { client, authentication } = await registerKey("ES256");
    const as = await startAs({ clients: [client], dpop: { nonces: "rotating" } });
    const configuration = await discover(as, authentication);
    const keys = await generateKeyPair("ES256");
    const options = { DPoP: getDPoPHandle(configuration, keys) };
    const tokens = await clientCredentialsGrant(configuration, {}, options);
    expect(tokens.token_type).toBe("dpop");
    const jkt = await calculateJwkThumbprint(await exportJWK(keys.publicKey));
    expect(decodeJwt(tokens.access_token).cnf).toEqual({ jkt });
    await clientCredentialsGrant(configuration, {}, options);
    expect(as.tokenRequests.map(({ presented }) => "nonce" in (presented.proof?.payload ?? {}))).toEqual([
      false,
      true,
      true,
    ]);
  });

  it("rotates refresh tokens, and is refused with a used one", async () => {
    const as = await startAs({ clients: [{ clientId: the.clientId }] });
    const configuration = await discover(as, None());
    const first = as.issueRefreshToken({ clientId: the.clientId, sub: the.alice });
    const { refresh_token: second = "" } = await refreshTokenGrant(configuration, first);
    await refreshTokenGrant(configuration, second);
    await expect(refreshTokenGrant(configuration, first)).rejects.toMatchObject({ error: "invalid_grant" });
  });

  it("carries an identity assertion from one server to the other", async () => {
    const identity = await startAs();
    const { issuer, jwksUri } = identity;
    const as = await startAs({ trustedIssuers: [{ issuer, jwksUri }] });
    const { grant_type, ...rest } = Object.fromEntries(some.exchangeForm(await identity.issue(some.claims())));
    const { access_token: assertion } = await genericGrantRequest(
      await discover(identity, ClientSecretJwt(the.clientSecret)),
      String(grant_type),
      { ...rest, requested_token_type: "urn:ietf:params:oauth:token-type:id-jag", audience: as.issuer },
    );
    const tokens = await genericGrantRequest(
      await discover(as, ClientSecretJwt(the.clientSecret)),
      "urn:ietf:params:oauth:grant-type:jwt-bearer",
      { assertion, scope: the.scope },
    );
    expect(decodeJwt(tokens.access_token)).toMatchObject({ sub: the.alice, scope: the.scope });
  });
});

describe("oauth4webapi", () => {
  it("refreshes with a proof bound to the key of the refresh token", async () => {
    const as = await startAs({ dpop: { nonces: "required" } });
    const server: oauth.AuthorizationServer = { issuer: as.issuer, token_endpoint: as.tokenEndpoint };
    const client: oauth.Client = { client_id: the.clientId };
    const keys = await oauth.generateKeyPair("ES256");
    const jkt = await oauth.DPoP(client, keys).calculateThumbprint();
    const refreshToken = as.issueRefreshToken({ clientId: the.clientId, sub: the.alice, jkt });
    const handle = oauth.DPoP(client, keys);
    const refresh = async (): Promise<oauth.TokenEndpointResponse> => {
      const authentication = oauth.ClientSecretPost(the.clientSecret);
      const options = { DPoP: handle, [oauth.allowInsecureRequests]: true };
      const response = await oauth.refreshTokenGrantRequest(server, client, authentication, refreshToken, options);
      return oauth.processRefreshTokenResponse(server, client, response);
    };
    const tokens = await refresh().catch((error: unknown) => {
      if (oauth.isDPoPNonceError(error)) return refresh();
      throw error;
    });
    expect(tokens.token_type).toBe("dpop");
    expect(as.count("token")).toBe(2);
  });
});
