import { decodeJwt } from "jose";
import * as openid from "openid-client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type CertificateAuthority,
  createCertificateAuthority,
  createSelfSigned,
  type KeyPair,
} from "../../../../test/support/certificates.ts";
import { createTlsFetch } from "../../test/tls-fetch.ts";
import { type AuthorizationServer, jwtBearerGrant, startAuthorizationServer, tokenExchangeGrant } from "../index.ts";

const secret = "only-for-tests";
const accessToken = "urn:ietf:params:oauth:token-type:access_token";
const bound = { tlsClientCertificateBoundAccessTokens: true };

let authority: CertificateAuthority;
let server: AuthorizationServer;
let aliased: AuthorizationServer;
let issued: KeyPair;
let selfSigned: KeyPair;

beforeAll(async () => {
  authority = await createCertificateAuthority();
  issued = await authority.issueClient("CN=orders-api,O=Example");
  selfSigned = await createSelfSigned("CN=self-signed");
  const { certificate, privateKey } = await authority.issueServer();
  const tls = { certificate, privateKey, clientCa: authority.certificate };
  const options = {
    clients: [
      { id: "orders-api", tlsClientAuth: { subjectDn: issued.subject }, ...bound },
      { id: "self-signed", certificates: [selfSigned.certificate], ...bound },
      { id: "with-secret", secret, ...bound },
      { id: "unbound", tlsClientAuth: { subjectDn: issued.subject } },
    ],
    resources: ["orders-api", "self-signed", "with-secret", "inventory"].map((name) => ({ name, scopes: ["read"] })),
  };
  server = await startAuthorizationServer({ ...options, tls });
  aliased = await startAuthorizationServer({ ...options, tls: { ...tls, mtlsEndpointAliases: true } });
});
afterAll(() => Promise.all([server.close(), aliased.close()]));

const discover = (clientId: string, identity?: KeyPair, { issuer } = server): Promise<openid.Configuration> =>
  openid.discovery(
    new URL(issuer),
    clientId,
    issuer === server.issuer ? undefined : { use_mtls_endpoint_aliases: true },
    clientId === "with-secret" ? openid.ClientSecretBasic(secret) : openid.TlsClientAuth(),
    { [openid.customFetch]: createTlsFetch({ authority: authority.certificate, identity }) },
  );

const ask = async (clientId: string, identity?: KeyPair) =>
  openid.clientCredentialsGrant(await discover(clientId, identity), { audience: "inventory" });

describe("TLS", () => {
  it("serves by https, to clients without a certificate too", async () => {
    expect(server.issuer).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
    const metadata = (await discover("with-secret")).serverMetadata();
    expect(metadata).toMatchObject({ issuer: server.issuer, tls_client_certificate_bound_access_tokens: true });
    expect(metadata.token_endpoint_auth_methods_supported).toEqual(
      expect.arrayContaining(["tls_client_auth", "self_signed_tls_client_auth"]),
    );
  });
});

describe("mtls_endpoint_aliases", () => {
  it("are on another port, which alone asks for certificates", async () => {
    const client = await discover("orders-api", issued, aliased);
    const { token_endpoint: endpoint = "", mtls_endpoint_aliases: aliases } = client.serverMetadata();
    expect(new URL(endpoint).origin).toBe(aliased.issuer);
    expect(new URL(aliases?.token_endpoint ?? "").origin).not.toBe(aliased.issuer);
    const tokens = await openid.clientCredentialsGrant(client, { audience: "inventory" });
    expect(decodeJwt(tokens.access_token)).toMatchObject({
      iss: aliased.issuer,
      cnf: { "x5t#S256": issued.thumbprint },
    });
    expect(await openid.tokenIntrospection(client, tokens.access_token)).toMatchObject({ active: true });
    const fetchThere = createTlsFetch({ authority: authority.certificate, identity: issued });
    const body = new URLSearchParams({ client_id: "orders-api", grant_type: "client_credentials" });
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    expect((await fetchThere(endpoint, { method: "POST", headers, body })).status).toBe(401);
  });
});

describe("a client certificate", () => {
  it.each([
    ["tls_client_auth", "orders-api", () => issued],
    ["self_signed_tls_client_auth", "self-signed", () => selfSigned],
    ["client_secret_basic", "with-secret", () => selfSigned],
  ])("binds the tokens of every grant, with %s", async (_method, clientId, identityOf) => {
    const identity = identityOf();
    const client = await discover(clientId, identity);
    const own = await openid.clientCredentialsGrant(client, { audience: "inventory" });
    const subject = await server.issueAccessToken({ clientId, person: "alice", audience: clientId });
    const exchange = { subject_token: subject, subject_token_type: accessToken, audience: "inventory" };
    const exchanged = await openid.genericGrantRequest(client, tokenExchangeGrant, exchange);
    const assert = { assertion: subject, audience: "inventory" };
    const asserted = await openid.genericGrantRequest(client, jwtBearerGrant, assert);
    const refresh = await server.issueRefreshToken({ clientId, person: "alice", audience: "inventory" });
    const renewed = await openid.refreshTokenGrant(client, refresh);
    for (const tokens of [own, exchanged, asserted, renewed]) {
      expect(tokens.token_type).toBe("bearer");
      expect(decodeJwt(tokens.access_token).cnf).toEqual({ "x5t#S256": identity.thumbprint });
    }
  });

  it("authenticates without binding, unless the client is registered so", async () => {
    expect(decodeJwt((await ask("unbound", issued)).access_token)).not.toHaveProperty("cnf");
  });

  it.each<[string, string, () => Promise<KeyPair | undefined>]>([
    ["is missing", "orders-api", async () => undefined],
    ["names another subject", "orders-api", () => authority.issueClient("CN=mallory,O=Example")],
    ["comes from another authority", "orders-api", async () => createSelfSigned(issued.subject)],
    ["is not registered", "self-signed", () => createSelfSigned("CN=self-signed")],
  ])("is refused when it %s", async (_case, clientId, identityOf) => {
    const request = ask(clientId, await identityOf());
    await expect(request).rejects.toMatchObject({ error: "invalid_client", status: 401 });
  });

  it("is demanded from a client whose tokens are bound", async () => {
    await expect(ask("with-secret")).rejects.toMatchObject({ error: "invalid_grant", status: 400 });
  });
});
