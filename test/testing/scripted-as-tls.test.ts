import { Agent, request } from "node:https";
import { json } from "node:stream/consumers";
import { createClock, type ScriptedAs, type TlsOptions } from "behalf/testing";
import { decodeJwt } from "jose";
import { beforeAll, describe, expect, it } from "vitest";
import {
  type CertificateAuthority,
  createCertificateAuthority,
  createSelfSigned,
  type KeyPair,
} from "../support/certificates.ts";
import { some } from "../support/some.ts";
import { startAs } from "../support/start-servers.ts";
import { the } from "../support/the.ts";

interface Sent {
  readonly url: string;
  readonly form?: Readonly<Record<string, string>>;
  readonly agent: Agent;
}

interface Received {
  readonly status: number | undefined;
  readonly body: Readonly<Record<string, unknown>>;
}

let ca: CertificateAuthority;
let server: KeyPair;
let client: KeyPair;
let selfSigned: KeyPair;

beforeAll(async () => {
  ca = await createCertificateAuthority();
  [server, client, selfSigned] = await Promise.all([
    ca.issueServer(),
    ca.issueClient("CN=orders-api,O=Example"),
    createSelfSigned("orders-api"),
  ]);
});

const toTls = (changes: Partial<TlsOptions> = {}): TlsOptions => ({
  certificate: server.certificate,
  privateKey: server.privateKey,
  clientCa: ca.certificate,
  ...changes,
});

const agentOf = (pair?: KeyPair): Agent =>
  new Agent({ ca: ca.certificate, ...(pair ? { cert: pair.certificate, key: pair.privateKey } : {}) });

function send({ url, form, agent }: Sent): Promise<Received> {
  return new Promise((resolve, reject) => {
    const headers = form ? { "content-type": "application/x-www-form-urlencoded" } : {};
    const sent = request(url, { method: form ? "POST" : "GET", agent, headers }, async (response) => {
      resolve({ status: response.statusCode, body: (await json(response)) as Received["body"] });
    });
    sent.on("error", reject);
    sent.end(form && new URLSearchParams(form).toString());
  });
}

const form = { grant_type: the.clientCredentialsGrant, client_id: the.clientId };
const ask = (as: ScriptedAs, pair?: KeyPair, url = as.tokenEndpoint): Promise<Received> =>
  send({ url, form, agent: agentOf(pair) });
const refusal = { status: 401, body: { error: "invalid_client" } };

describe("tls_client_auth", () => {
  it.each(["CN=orders-api,O=Example", "O=Example, CN=orders-api"])("knows the client by %s", async (tlsSubject) => {
    const as = await startAs({ tls: toTls(), clients: [{ clientId: the.clientId, tlsSubject }] });
    expect(await ask(as, client)).toMatchObject({ status: 200 });
    expect(as.issuer).toMatch(/^https:/);
    expect(as.tokenRequest().presented).toEqual({
      clientId: the.clientId,
      authentication: "tls_client_auth",
      certificateThumbprint: client.thumbprint,
    });
  });

  it("refuses another subject, another authority, and no certificate", async () => {
    const as = await startAs({ tls: toTls(), clients: [{ clientId: the.clientId, tlsSubject: client.subject }] });
    const other = await ca.issueClient("CN=other");
    const strangerCa = await createCertificateAuthority();
    const stranger = await strangerCa.issueClient("CN=orders-api,O=Example");
    for (const pair of [other, stranger, undefined]) expect(await ask(as, pair)).toMatchObject(refusal);
  });

  it.each([
    ["has run out", 7],
    ["is not in force yet", -7],
  ])("refuses a certificate that %s", async (_case, days) => {
    const clock = createClock(Date.now() + days * 24 * 3_600_000);
    const clients = [{ clientId: the.clientId, tlsSubject: client.subject }];
    const as = await startAs({ clock, tls: toTls(), clients });
    expect(await ask(as, client)).toMatchObject(refusal);
  });
});

describe("self_signed_tls_client_auth", () => {
  it("knows the client by the thumbprint of its certificate", async () => {
    const certificateThumbprints = [selfSigned.thumbprint];
    const as = await startAs({ tls: toTls(), clients: [{ clientId: the.clientId, certificateThumbprints }] });
    expect(await ask(as, selfSigned)).toMatchObject({ status: 200 });
    expect(as.tokenRequest().presented.authentication).toBe("self_signed_tls_client_auth");
    expect(await ask(as, await createSelfSigned("orders-api"))).toMatchObject(refusal);
  });

  it("refuses a certificate that an authority signed", async () => {
    const certificateThumbprints = [client.thumbprint];
    const as = await startAs({ tls: toTls(), clients: [{ clientId: the.clientId, certificateThumbprints }] });
    expect(await ask(as, client)).toMatchObject(refusal);
  });
});

describe("a certificate-bound client", () => {
  it("gets tokens with the thumbprint, on every connection", async () => {
    const as = await startAs({
      tls: toTls(),
      clients: [{ clientId: the.clientId, tlsSubject: client.subject, certificateBound: true }],
    });
    const agent = agentOf(client);
    for (const _ of [1, 2, 3]) {
      const { body } = await send({ url: as.tokenEndpoint, form, agent });
      expect(body.token_type).toBe("Bearer");
      expect(decodeJwt(String(body.access_token)).cnf).toEqual({ "x5t#S256": client.thumbprint });
    }
  });

  it("needs a certificate beside its secret", async () => {
    const as = await startAs({ tls: toTls(), clients: [some.client({ certificateBound: true })] });
    const withSecret = { ...form, client_secret: the.clientSecret };
    const answers = [];
    for (const pair of [undefined, selfSigned]) {
      answers.push((await send({ url: as.tokenEndpoint, form: withSecret, agent: agentOf(pair) })).status);
    }
    expect(answers).toEqual([400, 200]);
  });
});

describe("the mutual TLS alias", () => {
  it("alone asks for certificates, and is in the metadata", async () => {
    const clients = [{ clientId: the.clientId, tlsSubject: client.subject }];
    const as = await startAs({ tls: toTls({ mtlsAlias: true }), clients, issuerPath: "/tenant1" });
    const metadata = await send({ url: `${as.issuer}/.well-known/openid-configuration`, agent: agentOf() });
    expect(metadata.body).toMatchObject({
      token_endpoint: as.tokenEndpoint,
      mtls_endpoint_aliases: { token_endpoint: as.mtlsTokenEndpoint },
      tls_client_certificate_bound_access_tokens: true,
      token_endpoint_auth_methods_supported: expect.arrayContaining(["tls_client_auth"]),
    });
    expect(await ask(as, client)).toMatchObject(refusal);
    expect(await ask(as, client, as.mtlsTokenEndpoint)).toMatchObject({ status: 200 });
    expect(as.tokenRequest().origin).toBe(new URL(as.mtlsTokenEndpoint).origin);
  });

  it("is the usual token endpoint where there is none", async () => {
    const as = await startAs({ tls: toTls() });
    const metadata = await send({ url: `${as.issuer}/.well-known/openid-configuration`, agent: agentOf() });
    expect(metadata.body).not.toHaveProperty("mtls_endpoint_aliases");
    expect(as.mtlsTokenEndpoint).toBe(as.tokenEndpoint);
  });
});
