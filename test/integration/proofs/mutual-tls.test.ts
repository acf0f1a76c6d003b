import { startAuthorizationServer } from "@behalf/dev";
import { BackendError, type ClientAuthenticationMethod } from "behalf";
import { decodeJwt } from "jose";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { createTlsFetch } from "../../../packages/dev/test/tls-fetch.ts";
import type { KeyPair } from "../../support/certificates.ts";
import { fault, type ScriptedAs, startScriptedAs } from "../../support/scripted-as.ts";
import { startAs } from "../../support/start-servers.ts";
import { the } from "../../support/the.ts";
import { createInventoryApi, type InventoryApi } from "./inventory-api.ts";
import {
  answerBound,
  type Certificates,
  makeCertificates,
  readBoundCertificate,
  startTlsBackend,
  toClientCertificate,
} from "./tls-world.ts";

let certificates: Certificates;

beforeAll(async () => {
  certificates = await makeCertificates();
});

/** Listens without asking for certificates; a second port, named as the alias, asks. */
function startTlsAs(): Promise<ScriptedAs> {
  const { authority, server, orders, selfSigned } = certificates;
  return startAs({
    tls: { ...server, clientCa: authority.certificate, mtlsAlias: true },
    clients: [
      { clientId: "orders", tlsSubject: orders.subject, certificateBound: true },
      { clientId: "self-signed", certificateThumbprints: [selfSigned.thumbprint], certificateBound: true },
      { clientId: "with-secret", clientSecret: the.clientSecret },
      { clientId: "unbound", tlsSubject: orders.subject },
    ],
  });
}

/** The same server by another maker. */
async function startDev(): Promise<{ readonly issuer: string }> {
  const { authority, server, orders, selfSigned } = certificates;
  const { certificate, privateKey } = server;
  const bound = { tlsClientCertificateBoundAccessTokens: true };
  const dev = await startAuthorizationServer({
    tls: { certificate, privateKey, clientCa: authority.certificate, mtlsEndpointAliases: true },
    clients: [
      { id: "orders", tlsClientAuth: { subjectDn: orders.subject }, ...bound },
      { id: "self-signed", certificates: [selfSigned.certificate], ...bound },
    ],
    resources: [{ name: the.audience, scopes: ["read"] }],
  });
  onTestFinished(() => dev.close());
  return dev;
}

const servers = { "the scripted server": startTlsAs, "oidc-provider": startDev } as const;
const pairs = {
  tls_client_auth: ["orders", () => certificates.orders],
  self_signed_tls_client_auth: ["self-signed", () => certificates.selfSigned],
} as const satisfies Partial<Record<ClientAuthenticationMethod, readonly [string, () => KeyPair]>>;

describe.each(["the scripted server", "oidc-provider"] as const)("mutual TLS with %s", (server) => {
  it.each(["tls_client_auth", "self_signed_tls_client_auth"] as const)(
    "by %s binds the token to the certificate that the backend sees",
    async (clientAuthentication) => {
      const [clientId, pairOf] = pairs[clientAuthentication];
      const as = await servers[server]();
      const backend = await startTlsBackend(certificates);
      const api = createInventoryApi({
        authority: as.issuer,
        backend,
        root: {
          clientId,
          clientAuthentication,
          clientCertificate: toClientCertificate(pairOf()),
          ca: certificates.authority.certificate,
        },
      });
      await api.service("inventory").endpoint("items").get().unwrap();
      const request = backend.request();
      expect(request.certificate?.thumbprint).toBe(pairOf().thumbprint);
      expect(readBoundCertificate(request)).toBe(pairOf().thumbprint);
      expect(backend.requests).toHaveLength(1);
    },
  );
});

describe("the mutual TLS alias", () => {
  it("is asked for tokens alone, and alone sees the certificate", async () => {
    const as = await startTlsAs();
    const backend = await startTlsBackend(certificates);
    const { authority, orders } = certificates;
    const api = createInventoryApi({
      authority: as.issuer,
      backend,
      root: {
        clientId: "orders",
        clientAuthentication: "tls_client_auth",
        clientCertificate: toClientCertificate(orders),
        ca: authority.certificate,
      },
    });
    await api.service("inventory").endpoint("items").get().unwrap();
    const { origin, certificate } = as.tokenRequest();
    expect(`${origin}/token`).toBe(as.mtlsTokenEndpoint);
    expect(certificate?.thumbprint).toBe(orders.thumbprint);
    const others = as.requests.filter(({ endpoint }) => endpoint !== "token");
    expect(others.map((request) => [request.origin, request.certificate])).toEqual([[as.url, undefined]]);
  });
});

describe("a token that is bound to a certificate", () => {
  const open = (as: ScriptedAs, backend: { readonly url: string }): InventoryApi =>
    createInventoryApi({
      authority: as.issuer,
      backend,
      root: {
        clientId: "orders",
        clientAuthentication: "tls_client_auth",
        clientCertificate: toClientCertificate(certificates.orders),
        ca: certificates.authority.certificate,
      },
    });

  it("is refused from a connection with another certificate", async () => {
    const { authority, orders, billing } = certificates;
    const as = await startTlsAs();
    const backend = await startTlsBackend(certificates);
    const token = (await open(as, backend).service("inventory").authenticate().unwrap()).value();
    const headers = { authorization: `Bearer ${token}` };
    const ask = (identity: KeyPair | undefined): Promise<Response> =>
      createTlsFetch({ authority: authority.certificate, identity })(backend.url, { headers });
    expect((await ask(orders)).status).toBe(200);
    expect((await ask(billing)).status).toBe(401);
    expect((await ask(undefined)).status).toBe(401);
  });

  it("to another certificate ends in a typed error", async () => {
    const as = await startTlsAs();
    const backend = await startTlsBackend(certificates);
    as.faults.always("token", fault.claims({ cnf: { "x5t#S256": certificates.billing.thumbprint } }));
    const error: unknown = await open(as, backend)
      .service("inventory")
      .endpoint("items")
      .get()
      .unwrap()
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(BackendError);
    expect(error).toMatchObject({ code: "BEHALF_BACKEND_ERROR", status: 401 });
    expect(backend.requests).toHaveLength(2);
  });
});

describe("a backend whose tokens are bound to no certificate", () => {
  it.each([
    ["by a secret", { clientId: "with-secret", clientSecret: the.clientSecret }],
    ["by tls_client_auth", { clientId: "unbound", clientAuthentication: "tls_client_auth" }],
  ] as const)("never sees the certificate of a client that authenticates %s", async (_way, client) => {
    const { authority, orders } = certificates;
    const as = await startTlsAs();
    const backend = await startTlsBackend(certificates, (request, response) =>
      readBoundCertificate(request) === undefined ? response.writeHead(204).end() : answerBound(request, response),
    );
    const api = createInventoryApi({
      authority: as.issuer,
      backend,
      root: {
        ...client,
        clientCertificate: toClientCertificate(orders),
        ca: authority.certificate,
        certificateBoundTokens: false,
      },
    });
    await api.service("inventory").endpoint("items").get().unwrap();
    expect(backend.request().certificate).toBeUndefined();
    expect(decodeJwt(backend.request().token ?? "").client_id).toBe(client.clientId);
  });
});

describe("an authorization server behind a certificate that is not trusted", () => {
  it("is not reached, and the error says so", async () => {
    const { server } = certificates;
    const as = await startScriptedAs({ tls: { ...server } });
    onTestFinished(() => as.close());
    const backend = await startTlsBackend(certificates);
    const api = createInventoryApi({ authority: as.issuer, backend, root: { clientSecret: the.clientSecret } });
    await expect(api.service("inventory").endpoint("items").get().unwrap()).rejects.toMatchObject({
      name: "TokenUnreachableError",
      code: "BEHALF_TOKEN_UNREACHABLE",
    });
    expect([as.requests, backend.requests]).toEqual([[], []]);
  });
});

describe("a backend behind a certificate that is not trusted", () => {
  it.each([
    ["by Node", undefined],
    ["by the configured authority", "another"],
  ])("%s gets no request and no token", async (_whom, ca) => {
    const as = await startAs();
    const backend = await startTlsBackend(certificates);
    const { authority } = await makeCertificates();
    const api = createInventoryApi({
      authority: as.issuer,
      backend,
      root: { clientSecret: the.clientSecret },
      service: ca === undefined ? {} : { ca: authority.certificate },
    });
    await expect(api.service("inventory").endpoint("items").get().unwrap()).rejects.toMatchObject({
      name: "BackendUnreachableError",
      code: "BEHALF_BACKEND_UNREACHABLE",
      service: "inventory",
    });
    expect(backend.requests).toEqual([]);
  });

  it("that is private is reached where it is named", async () => {
    const as = await startAs();
    const backend = await startTlsBackend(certificates, (_request, response) => response.writeHead(204).end());
    const root = { clientSecret: the.clientSecret };
    const service = { ca: certificates.authority.certificate };
    const api = createInventoryApi({ authority: as.issuer, backend, root, service });
    await api.service("inventory").endpoint("items").get().unwrap();
    expect(backend.requests).toHaveLength(1);
  });
});
