import { once } from "node:events";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { connect, type Socket } from "node:net";
import tls, { type TLSSocket } from "node:tls";
import { beforeAll, describe, expect, it, type MockInstance, onTestFinished, vi } from "vitest";
import { createTransport } from "../../packages/behalf/src/lib/transport/transport.ts";
import { TransportError } from "../../packages/behalf/src/lib/transport/transport-error.ts";
import {
  type ConnectionIdentity,
  createConnectionIdentity,
} from "../../packages/behalf/src/lib/values/connection-identity.ts";
import { Secret } from "../../packages/behalf/src/lib/values/secret.ts";
import { type CertificateAuthority, createCertificateAuthority, type KeyPair } from "../support/certificates.ts";
import { type ListeningServer, listen } from "../support/listen.ts";
import { type ProxyOptions, startProxy, type Proxy as TunnelProxy } from "../support/proxy.ts";
import { answer, type Backend } from "../support/scripted-backend.ts";
import { openTransport, toWireRequest } from "../support/send-over-transport.ts";
import { startOneBackend } from "../support/start-servers.ts";

let authority: CertificateAuthority;
let orders: KeyPair;

beforeAll(async () => {
  authority = await createCertificateAuthority();
  orders = await authority.issueClient("orders");
});

async function openProxy(options?: ProxyOptions): Promise<TunnelProxy> {
  const proxy = await startProxy(options);
  onTestFinished(() => proxy.close());
  return proxy;
}

/** A proxy that does with each request for a tunnel what the test says. */
async function openOddProxy(serve: (client: Socket) => void): Promise<ListeningServer> {
  const listening = await listen(() => {});
  listening.server.on("connect", (_request, client: Socket) => {
    client.on("error", () => client.destroy());
    serve(client);
  });
  onTestFinished(() => listening.close());
  return listening;
}

/** Tunnels to a port of this machine, whatever was asked for. */
function joinTo(port: number, client: Socket): void {
  const target = connect(port, "127.0.0.1");
  target.on("error", () => client.destroy());
  client.on("error", () => target.destroy());
  client.write("HTTP/1.1 200 Connection Established\r\n\r\n");
  client.pipe(target).pipe(client);
}

const startTlsBackend = async (): Promise<Backend> =>
  startOneBackend({ tls: { ...(await authority.issueServer()), clientCa: authority.certificate } });

const basic = (user: string, password: string): Secret =>
  new Secret(`Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`);

const through = (url: string, authorization?: Secret): ConnectionIdentity =>
  createConnectionIdentity({
    slot: "a",
    certificate: orders.certificate,
    privateKey: new Secret(orders.privateKey),
    ca: authority.certificate,
    proxy: { url, authorization },
  });

const failureOf = async (sent: Promise<unknown>): Promise<unknown> => {
  const error: unknown = await sent.catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(TransportError);
  return error;
};

describe("a proxy", () => {
  it("gives a tunnel, in which the server gets the certificate and the headers as they are", async () => {
    const [proxy, backend] = [await openProxy({ user: "tenant-a", password: "a" }), await startTlsBackend()];
    const headers = ["x-a", "1", "x-a", "2"];
    const identity = through(proxy.url, basic("tenant-a", "a"));
    await openTransport().send(toWireRequest(backend.url, { headers, identity }));
    expect(proxy.tunnels).toEqual([{ target: new URL(backend.url).host, user: "tenant-a" }]);
    expect(backend.request().certificate).toEqual({ thumbprint: orders.thumbprint, trusted: true });
    expect(backend.request().headers).toMatchObject({ host: new URL(backend.url).host, "x-a": "1, 2" });
    expect(backend.request().headers).not.toHaveProperty("proxy-authorization");
  });

  it("gives a tunnel for http as well", async () => {
    const [proxy, backend] = [await openProxy(), await startOneBackend()];
    await openTransport().send(toWireRequest(backend.url, { identity: through(proxy.url) }));
    expect([proxy.tunnels.length, backend.requests.length]).toEqual([1, 1]);
  });

  it("is asked for one tunnel per connection, not per request", async () => {
    const [proxy, backend] = [await openProxy(), await startTlsBackend()];
    const transport = openTransport();
    for (let count = 0; count < 6; count++) {
      await transport.send(toWireRequest(backend.url, { identity: through(proxy.url) }));
    }
    expect(proxy.tunnels).toHaveLength(backend.connections);
    expect(backend.connections).toBeLessThanOrEqual(2);
  });

  it("never gets the credentials of one tenant for another's request", async () => {
    const [proxy, backend] = [await openProxy(), await startTlsBackend()];
    const transport = createTransport({ connectTimeoutMs: 20_000 });
    onTestFinished(() => transport.close());
    const tenants = ["tenant-a", "tenant-b"];
    const identities = tenants.map((tenant) =>
      createConnectionIdentity({
        slot: tenant,
        ca: authority.certificate,
        proxy: { url: proxy.url, authorization: basic(tenant, `password of ${tenant}`) },
      }),
    );
    backend.handle(answer.delay(2));
    const sendAs = (index: number): Promise<unknown> =>
      transport.send(toWireRequest(backend.url, { headers: ["x-tenant", String(index)], identity: identities[index] }));
    await Promise.all(Array.from({ length: 200 }, (_, index) => sendAs(index % 2)));

    const users = new Map<number, Set<unknown>>();
    for (const { connection, headers } of backend.requests) {
      users.set(connection, (users.get(connection) ?? new Set()).add(headers["x-tenant"]));
    }
    expect([...users.values()].every((one) => one.size === 1)).toBe(true);
    const count = (tenant: number): number => [...users.values()].filter((one) => one.has(String(tenant))).length;
    const tunnels = (user: string): number => proxy.tunnels.filter((tunnel) => tunnel.user === user).length;
    expect(tenants.map(tunnels)).toEqual([count(0), count(1)]);
  });

  it("gets new credentials with a new key, and its old tunnels are closed", async () => {
    const [proxy, backend] = [await openProxy(), await startTlsBackend()];
    const transport = openTransport();
    backend.handle(answer.delay(60));
    const running = transport.send(toWireRequest(backend.url, { identity: through(proxy.url, basic("old", "1")) }));
    await vi.waitFor(() => expect(backend.requests).toHaveLength(1));
    const renewed = transport.send(toWireRequest(backend.url, { identity: through(proxy.url, basic("new", "2")) }));
    expect([(await running).status, (await renewed).status]).toEqual([200, 200]);
    await vi.waitFor(() => expect(proxy.openTunnels).toBe(1));
    expect(proxy.tunnels.map(({ user }) => user)).toEqual(["old", "new"]);
  });
});

interface TlsProxy {
  readonly url: string;
  /** Of each connection: the name that the client asked for (an address is none), and whether it showed a certificate. */
  readonly seen: readonly { readonly name: unknown; readonly certified: boolean }[];
}

/** A proxy that speaks TLS itself, asks for a certificate, and tunnels to this machine. */
async function openTlsProxy(): Promise<TlsProxy> {
  const { certificate: cert, privateKey: key } = await authority.issueServer();
  const seen: { name: unknown; certified: boolean }[] = [];
  const proxy = createServer({ cert, key, requestCert: true, rejectUnauthorized: false });
  proxy.on("secureConnection", (socket: TLSSocket & { readonly servername?: unknown }) => {
    seen.push({ name: socket.servername, certified: socket.getPeerX509Certificate() !== undefined });
  });
  proxy.on("connect", (request, client: Socket) => joinTo(Number(request.url?.split(":")[1]), client));
  proxy.listen(0, "127.0.0.1");
  await once(proxy, "listening");
  onTestFinished(() => {
    proxy.close();
    proxy.closeAllConnections();
  });
  return { url: `https://127.0.0.1:${(proxy.address() as AddressInfo).port}`, seen };
}

/** Trusts the authority like one of Node's own, as `NODE_EXTRA_CA_CERTS` does. */
function trustByDefault(): void {
  const connecting: (options: tls.ConnectionOptions) => TLSSocket = tls.connect;
  const spy = vi.spyOn(tls, "connect") as unknown as MockInstance<typeof connecting>;
  spy.mockImplementation((options) =>
    connecting(options.secureContext ? options : { ...options, ca: authority.certificate }),
  );
  onTestFinished(() => spy.mockRestore());
}

describe("a proxy over TLS", () => {
  it("gets no certificate of the client, which is the server's only", async () => {
    trustByDefault();
    const [proxy, backend] = [await openTlsProxy(), await startTlsBackend()];
    const url = backend.url.replace("127.0.0.1", "localhost");
    await openTransport().send(toWireRequest(url, { identity: through(proxy.url) }));
    expect(proxy.seen).toEqual([{ name: false, certified: false }]);
    expect(backend.request().certificate).toEqual({ thumbprint: orders.thumbprint, trusted: true });
  });

  it("is not trusted by the certificates that are for servers", async () => {
    const [proxy, backend] = [await openTlsProxy(), await startTlsBackend()];
    const sent = openTransport().send(toWireRequest(backend.url, { identity: through(proxy.url) }));
    expect(await failureOf(sent)).toMatchObject({ failure: "unreachable", sent: false });
    expect(backend.connections).toBe(0);
  });
});

describe("no tunnel", () => {
  it("comes with wrong credentials, which nothing repeats", async () => {
    const [proxy, backend] = [await openProxy({ user: "tenant-a", password: "a" }), await startTlsBackend()];
    const identity = through(proxy.url, basic("tenant-a", "wrong"));
    const error = await failureOf(openTransport().send(toWireRequest(backend.url, { identity })));
    expect(error).toMatchObject({
      failure: "unreachable",
      sent: false,
      cause: { name: "TunnelError", code: "ERR_PROXY_STATUS_407" },
    });
    expect([proxy.refused.length, proxy.tunnels.length, backend.connections]).toEqual([1, 0, 0]);
  });

  it("comes when the proxy cannot be reached", async () => {
    const proxy = await openProxy();
    await proxy.close();
    const sent = openTransport().send(toWireRequest("https://inventory.example", { identity: through(proxy.url) }));
    expect(await failureOf(sent)).toMatchObject({
      failure: "unreachable",
      sent: false,
      cause: { code: "ECONNREFUSED" },
    });
  });

  it("comes when the proxy hangs up, which is tried once only", async () => {
    let asked = 0;
    const proxy = await openOddProxy((client) => {
      asked += 1;
      client.destroy();
    });
    const sent = openTransport().send(toWireRequest("https://inventory.example", { identity: through(proxy.url) }));
    expect(await failureOf(sent)).toMatchObject({ failure: "unreachable", sent: false });
    expect(asked).toBe(1);
  });

  it("comes when the proxy is silent, in the time for a connection", async () => {
    const proxy = await openOddProxy(() => {});
    const sent = openTransport().send(toWireRequest("https://inventory.example", { identity: through(proxy.url) }));
    expect(await failureOf(sent)).toMatchObject({ failure: "timeout", sent: false });
  });
});

describe("a server behind a proxy", () => {
  it("whose certificate is for another name is refused, and the transport can close", async () => {
    const backend = await startTlsBackend();
    const proxy = await openOddProxy((client) => joinTo(Number(new URL(backend.url).port), client));
    const transport = openTransport();
    const sent = failureOf(
      transport.send(toWireRequest("https://inventory.example", { identity: through(proxy.url) })),
    );
    await transport.close();
    expect(await sent).toMatchObject({
      failure: "unreachable",
      sent: false,
      cause: { code: "ERR_TLS_CERT_ALTNAME_INVALID" },
    });
    expect(backend.requests).toHaveLength(0);
  });
});
