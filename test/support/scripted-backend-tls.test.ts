import { connect } from "node:net";
import { Agent, fetch } from "undici";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import {
  type CertificateAuthority,
  createCertificateAuthority,
  createSelfSigned,
  type KeyPair,
} from "./certificates.ts";
import { startScriptedAs } from "./scripted-as.ts";
import { answer, type Backend, type BackendOptions, startBackend } from "./scripted-backend.ts";
import { some } from "./some.ts";
import { the } from "./the.ts";

let authority: CertificateAuthority;
let orders: KeyPair;
let tls: NonNullable<BackendOptions["tls"]>;
let backend: Backend;
const agents: Agent[] = [];

beforeAll(async () => {
  authority = await createCertificateAuthority();
  orders = await authority.issueClient(the.clientId);
  tls = { ...(await authority.issueServer()), clientCa: authority.certificate };
});
beforeEach(async () => {
  backend = await startBackend({ tls });
});
afterEach(() => backend.close());
afterAll(() => Promise.all(agents.map((agent) => agent.destroy())));

function agentOf(pair?: KeyPair): Agent {
  const identity = pair ? { cert: pair.certificate, key: pair.privateKey } : {};
  const agent = new Agent({ connect: { ca: authority.certificate, ...identity }, connections: 1 });
  agents.push(agent);
  return agent;
}

describe("https", () => {
  it("is spoken by a backend with a certificate", async () => {
    expect(backend.url).toMatch(/^https:/);
    const response = await fetch(`${backend.url}/items`, { dispatcher: agentOf() });
    expect([response.status, backend.request().path]).toEqual([200, "/items"]);
  });

  it("is refused by a client that does not trust the certificate", async () => {
    await expect(fetch(backend.url, { dispatcher: new Agent() })).rejects.toThrow("fetch failed");
    expect(backend.requests).toEqual([]);
  });

  it("keeps connections alive, counts them and drops them", async () => {
    const dispatcher = agentOf();
    for (const _time of [1, 2]) await (await fetch(backend.url, { dispatcher })).text();
    expect([backend.connections, backend.openConnections, backend.request().connection]).toEqual([1, 1, 1]);
    backend.next(answer.hang());
    const failed = expect(fetch(backend.url, { dispatcher })).rejects.toThrow("fetch failed");
    await vi.waitFor(() => expect(backend.requests).toHaveLength(3));
    backend.dropConnections();
    await failed;
    await vi.waitFor(() => expect(backend.openConnections).toBe(0));
  });

  it("ends with connections that never finish their handshake", async () => {
    const silent = connect(Number(new URL(backend.url).port), "127.0.0.1");
    await new Promise((done) => silent.on("connect", done));
    const closed = new Promise((done) => silent.on("error", () => {}).on("close", done));
    await backend.close();
    await closed;
  });
});

describe("the certificate of a client", () => {
  it("is recorded with each request", async () => {
    await fetch(backend.url, { dispatcher: agentOf(orders) });
    expect(backend.request().certificate).toEqual({ thumbprint: orders.thumbprint, trusted: true });
  });

  it("is recorded when nobody vouches for it", async () => {
    const own = await createSelfSigned(the.clientId);
    await fetch(backend.url, { dispatcher: agentOf(own) });
    expect(backend.request().certificate).toEqual({ thumbprint: own.thumbprint, trusted: false });
  });

  it("is recorded on a connection that resumes a session", async () => {
    const dispatcher = agentOf(orders);
    await (await fetch(backend.url, { dispatcher })).text();
    backend.dropConnections();
    await vi.waitFor(() => expect(backend.openConnections).toBe(0));
    await (await fetch(backend.url, { dispatcher })).text();
    expect(backend.connections).toBe(2);
    expect(backend.request().certificate).toEqual({ thumbprint: orders.thumbprint, trusted: true });
  });

  it("is not there if the client shows none", async () => {
    await fetch(backend.url, { dispatcher: agentOf() });
    expect(backend.request().certificate).toBeUndefined();
  });

  it("is not there over http", async () => {
    const plain = await startBackend();
    await fetch(plain.url);
    expect(plain.request().certificate).toBeUndefined();
    await plain.close();
  });
});

describe("a certificate-bound token", () => {
  it("is good over the connection of its certificate alone", async () => {
    const as = await startScriptedAs();
    const { issuer, jwksUri } = as;
    const verify = { issuer, jwksUri, audience: the.audience, certificateBound: true };
    const bound = await startBackend({ tls, verify });
    const other = await authority.issueClient(the.otherClientId);
    const issue = (cnf?: object) => as.issue(some.claims({ aud: the.audience, cnf }));
    const call = async (token: string, pair?: KeyPair) => {
      const headers = { authorization: `Bearer ${token}` };
      const response = await fetch(bound.url, { headers, dispatcher: agentOf(pair) });
      return [response.status, response.headers.get("www-authenticate")];
    };
    const token = await issue({ "x5t#S256": orders.thumbprint });
    const refused = [401, 'Bearer error="invalid_token"'];

    expect(await call(token, orders)).toEqual([200, null]);
    expect(await call(token, other)).toEqual(refused);
    expect(await call(token)).toEqual(refused);
    expect(await call(await issue(), orders)).toEqual(refused);
    expect(await call(await issue())).toEqual(refused);
    await Promise.all([as.close(), bound.close()]);
  });
});
