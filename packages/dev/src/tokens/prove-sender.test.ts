import { calculateJwkThumbprint, decodeJwt, exportJWK, generateKeyPair, type JWK, SignJWT } from "jose";
import * as openid from "openid-client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { discoverAs } from "../../test/sign-in.ts";
import { type AuthorizationServer, jwtBearerGrant, startAuthorizationServer, tokenExchangeGrant } from "../index.ts";

const secret = "only-for-tests";
const accessToken = "urn:ietf:params:oauth:token-type:access_token";
const clients = [
  { id: "orders-api", secret },
  { id: "bound", secret, dpopBoundAccessTokens: true },
  { id: "app", redirectUris: [], grants: ["tokenExchange", "refreshToken"] },
] as const;
const resources = ["orders-api", "app", "inventory"].map((name) => ({ name, scopes: [`${name}:read`] }));

type KeyPair = Awaited<ReturnType<typeof openid.randomDPoPKeyPair>>;
type Server = "without nonces" | "with nonces";

const servers = new Map<Server, AuthorizationServer>();
let keys: KeyPair;
let jwk: JWK;
let jkt: string;

beforeAll(async () => {
  servers.set("without nonces", await startAuthorizationServer({ clients, resources }));
  servers.set("with nonces", await startAuthorizationServer({ clients, resources, dpop: { requireNonce: true } }));
  keys = await openid.randomDPoPKeyPair("ES256");
  jwk = await exportJWK(keys.publicKey);
  jkt = await calculateJwkThumbprint(jwk);
});
afterAll(async () => {
  for (const server of servers.values()) await server.close();
});

const serverOf = (name: Server): AuthorizationServer => {
  const server = servers.get(name);
  if (server === undefined) throw new Error(`There is no server ${name}`);
  return server;
};

const discover = (server: AuthorizationServer, id = "orders-api"): Promise<openid.Configuration> =>
  discoverAs(server.issuer, id, id === "app" ? openid.None() : openid.ClientSecretBasic(secret));

interface Asking {
  readonly server: AuthorizationServer;
  readonly client: openid.Configuration;
  readonly DPoP: openid.DPoPHandle;
}

const asking = async (server: AuthorizationServer): Promise<Asking> => {
  const client = await discover(server);
  return { server, client, DPoP: openid.getDPoPHandle(client, keys) };
};

const alice = { clientId: "orders-api", person: "alice" };

const grants: Readonly<Record<string, (asking: Asking) => Promise<openid.TokenEndpointResponse>>> = {
  client_credentials: ({ client, DPoP }) => openid.clientCredentialsGrant(client, { audience: "inventory" }, { DPoP }),
  "token exchange": async ({ server, client, DPoP }) => {
    const subject = await server.issueAccessToken({ ...alice, audience: "orders-api", confirmation: { jkt: "other" } });
    const parameters = { subject_token: subject, subject_token_type: accessToken, audience: "inventory" };
    return openid.genericGrantRequest(client, tokenExchangeGrant, parameters, { DPoP });
  },
  "on-behalf-of": async ({ server, client, DPoP }) => {
    const assertion = await server.issueAccessToken({ ...alice, audience: "orders-api" });
    const parameters = { assertion, requested_token_use: "on_behalf_of", scope: "inventory:read" };
    return openid.genericGrantRequest(client, jwtBearerGrant, parameters, { DPoP });
  },
  "jwt-bearer": async ({ server, client, DPoP }) => {
    const assertion = await server.issueAccessToken({ ...alice, audience: "orders-api" });
    return openid.genericGrantRequest(client, jwtBearerGrant, { assertion, audience: "inventory" }, { DPoP });
  },
  refresh_token: async ({ server, client, DPoP }) => {
    const token = await server.issueRefreshToken({ ...alice, audience: "inventory" });
    return openid.refreshTokenGrant(client, token, undefined, { DPoP });
  },
};

describe.each(["without nonces", "with nonces"] as const)("DPoP %s", (name) => {
  it.each(Object.keys(grants))("binds the token of %s to the key", async (grant) => {
    const tokens = await grants[grant]?.(await asking(serverOf(name)));
    expect(tokens?.token_type).toBe("dpop");
    expect(decodeJwt(tokens?.access_token ?? "")).toMatchObject({ aud: "inventory", cnf: { jkt } });
  });
});

interface Proof {
  readonly claims?: Record<string, unknown>;
  readonly typ?: string;
  readonly signedBy?: KeyPair["privateKey"];
}

const prove = (server: AuthorizationServer, { claims, typ = "dpop+jwt", signedBy }: Proof = {}): Promise<string> => {
  const now = Math.floor(Date.now() / 1000);
  const told = { htm: "POST", htu: `${server.issuer}/token`, jti: crypto.randomUUID(), iat: now, ...claims };
  return new SignJWT(told).setProtectedHeader({ alg: "ES256", typ, jwk }).sign(signedBy ?? keys.privateKey);
};

const send = async (server: AuthorizationServer, proof?: string, clientId = "orders-api") => {
  const subject = await server.issueAccessToken({ ...alice, audience: clientId === "bound" ? "orders-api" : clientId });
  const response = await fetch(`${server.issuer}/token`, {
    method: "POST",
    headers: proof === undefined ? {} : { DPoP: proof },
    body: new URLSearchParams({
      client_id: clientId,
      client_secret: secret,
      grant_type: tokenExchangeGrant,
      subject_token: subject,
      subject_token_type: accessToken,
      audience: "inventory",
    }),
  });
  const { error, error_description: description } = JSON.parse(await response.text());
  return { status: response.status, error, description, nonce: response.headers.get("dpop-nonce") };
};

describe("a proof sent with a token exchange", () => {
  it.each<[string, Proof]>([
    ["for another method", { claims: { htm: "GET" } }],
    ["for another URL", { claims: { htu: "https://elsewhere.example/token" } }],
    ["that is too old", { claims: { iat: Math.floor(Date.now() / 1000) - 3600 } }],
    ["without an identifier", { claims: { jti: "" } }],
    ["of another type", { typ: "jwt" }],
    ["with a nonce that nobody asked for", { claims: { nonce: "invented" } }],
  ])("is refused %s", async (_name, proof) => {
    const server = serverOf("without nonces");
    const answer = await send(server, await prove(server, proof));
    expect(answer).toMatchObject({ status: 400, error: "invalid_dpop_proof" });
  });

  it("is refused when another key has signed it", async () => {
    const server = serverOf("without nonces");
    const { privateKey: signedBy } = await generateKeyPair("ES256");
    expect(await send(server, await prove(server, { signedBy }))).toMatchObject({ error: "invalid_dpop_proof" });
  });

  it("is refused the second time", async () => {
    const server = serverOf("without nonces");
    const proof = await prove(server);
    expect((await send(server, proof)).status).toBe(200);
    expect(await send(server, proof)).toMatchObject({ status: 400, error: "invalid_grant" });
  });

  it("is refused without the server's nonce, which the answer gives", async () => {
    const server = serverOf("with nonces");
    const first = await send(server, await prove(server));
    expect(first).toMatchObject({ status: 400, error: "use_dpop_nonce", nonce: expect.any(String) });
    const invented = await send(server, await prove(server, { claims: { nonce: "invented" } }));
    expect(invented).toMatchObject({ status: 400, error: "use_dpop_nonce" });
    expect((await send(server, await prove(server, { claims: { nonce: first.nonce } }))).status).toBe(200);
  });

  it("leaves nothing of itself in the log", async () => {
    const server = serverOf("without nonces");
    await send(server, await prove(server, { claims: { htm: "GET" } }));
    expect(server.tokenRequests.snapshot().at(-1)).toMatchObject({
      grantType: tokenExchangeGrant,
      clientId: "orders-api",
      subject: undefined,
      audience: "inventory",
      outcome: "invalid_dpop_proof",
    });
  });
});

describe("DPoP", () => {
  it("is demanded from a client that is registered so", async () => {
    const server = serverOf("without nonces");
    expect(await send(server, undefined, "bound")).toMatchObject({ status: 400, error: "invalid_grant" });
  });

  it("is told by introspection", async () => {
    const { client, DPoP, server } = await asking(serverOf("without nonces"));
    const tokens = await grants.client_credentials?.({ client, DPoP, server });
    const answer = await openid.tokenIntrospection(client, tokens?.access_token ?? "");
    expect(answer).toMatchObject({ active: true, token_type: "DPoP", cnf: { jkt } });
  });

  it("binds the refresh token of a public client", async () => {
    const server = serverOf("without nonces");
    const app = await discover(server, "app");
    const token = await server.issueRefreshToken({
      clientId: "app",
      person: "alice",
      audience: "inventory",
      confirmation: { jkt },
    });
    await expect(openid.refreshTokenGrant(app, token)).rejects.toMatchObject({ error: "invalid_grant" });
    const DPoP = openid.getDPoPHandle(app, keys);
    const tokens = await openid.refreshTokenGrant(app, token, undefined, { DPoP });
    expect(decodeJwt(tokens.access_token).cnf).toEqual({ jkt });
  });

  it("binds a refresh token from an exchange for a public client, and for no other", async () => {
    const server = serverOf("without nonces");
    for (const id of ["app", "orders-api"]) {
      const client = await discover(server, id);
      const DPoP = openid.getDPoPHandle(client, keys);
      const parameters = {
        subject_token: await server.issueAccessToken({ ...alice, audience: id }),
        subject_token_type: accessToken,
        requested_token_type: "urn:ietf:params:oauth:token-type:refresh_token",
        audience: "inventory",
      };
      const { access_token: token } = await openid.genericGrantRequest(client, tokenExchangeGrant, parameters, {
        DPoP,
      });
      const renewal = openid.refreshTokenGrant(client, token);
      if (id === "app") await expect(renewal).rejects.toMatchObject({ error: "invalid_grant" });
      else expect(decodeJwt((await renewal).access_token)).not.toHaveProperty("cnf");
    }
  });
});
