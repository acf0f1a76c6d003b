import { once } from "node:events";
import { createServer } from "node:http";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { TLSSocket } from "node:tls";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { createTransport } from "../../../packages/behalf/src/lib/transport/transport.ts";
import type { WireAnswer } from "../../../packages/behalf/src/lib/transport/wire.ts";
import { createConnectionIdentity } from "../../../packages/behalf/src/lib/values/connection-identity.ts";
import { Secret } from "../../../packages/behalf/src/lib/values/secret.ts";
import { type CertificateAuthority, createCertificateAuthority, type KeyPair } from "../../support/certificates.ts";
import { someConnections } from "../../support/connection-settings.ts";
import { startHttp2Backend } from "../../support/http2-backend.ts";
import { startProxy, type Proxy as TunnelProxy } from "../../support/proxy.ts";
import { answer } from "../../support/scripted-backend.ts";
import { openTransport, toWireRequest } from "../../support/send-over-transport.ts";
import { startOneBackend } from "../../support/start-servers.ts";
import { makeTemporaryFolder } from "../../support/temporary-folder.ts";

let authority: CertificateAuthority;
let tls: KeyPair;
let orders: KeyPair;

beforeAll(async () => {
  authority = await createCertificateAuthority();
  tls = await authority.issueServer();
  orders = await authority.issueClient("orders");
});

const times = <made>(count: number, make: (index: number) => made): made[] =>
  Array.from({ length: count }, (_, index) => make(index));
const textOf = ({ chunks }: WireAnswer): string => Buffer.concat(chunks).toString();

describe("settings of connections", () => {
  it("bound how many there are at a time, and calls wait for their turn", async () => {
    const backend = await startOneBackend({ handler: answer.delay(10) });
    const transport = openTransport();
    const connections = someConnections({ maxConnections: 2 });
    await Promise.all(times(12, () => transport.send(toWireRequest(backend.url, { connections }))));
    expect([backend.requests.length, backend.connections]).toEqual([12, 2]);
  });

  it("have connections of their own, which those alike share", async () => {
    const backend = await startOneBackend();
    const transport = openTransport();
    const settings = [undefined, someConnections({ maxConnections: 1 }), someConnections({ maxConnections: 2 })];
    for (const connections of [...settings, someConnections({ maxConnections: 1 })]) {
      await transport.send(toWireRequest(backend.url, { connections }));
      await sleep(5);
    }
    const [first, second, third, fourth] = backend.requests.map(({ connection }) => connection);
    expect(new Set([first, second, third]).size).toBe(3);
    expect(fourth).toBe(second);
  });

  it("have connections of their own for each identity", async () => {
    const backend = await startOneBackend({ tls: { ...tls, clientCa: authority.certificate } });
    const transport = openTransport();
    const connections = someConnections({ maxConnections: 1 });
    const plain = createConnectionIdentity({ slot: "a", ca: authority.certificate });
    const shown = createConnectionIdentity({
      slot: "b",
      ca: authority.certificate,
      certificate: orders.certificate,
      privateKey: new Secret(orders.privateKey),
    });
    for (const identity of [plain, shown, plain, shown]) {
      await transport.send(toWireRequest(backend.url, { connections, identity }));
    }
    expect(backend.requests.map(({ certificate }) => certificate?.thumbprint)).toEqual([
      undefined,
      orders.thumbprint,
      undefined,
      orders.thumbprint,
    ]);
    expect(backend.connections).toBe(2);
  });

  it("close a connection without a request in time, whatever the server promises", async () => {
    const backend = await startOneBackend({ handler: answer.status(200, { "keep-alive": "timeout=60" }) });
    const connections = someConnections({ keepAliveMs: 1_000 });
    await openTransport().send(toWireRequest(backend.url, { connections }));
    expect(backend.openConnections).toBe(1);
    await expect.poll(() => backend.openConnections, { timeout: 4_000 }).toBe(0);
  });

  it("bound the time for a connection", async () => {
    // A server that takes the connection and never begins with TLS.
    const silent = createServer().listen(0, "127.0.0.1");
    silent.removeAllListeners("connection");
    await once(silent, "listening");
    const address = silent.address();
    onTestFinished(() => void silent.close());
    const port = typeof address === "object" && address ? address.port : 0;
    const connections = someConnections({ connectTimeoutMs: 100 });
    const startedAt = performance.now();
    const transport = createTransport({ connectTimeoutMs: 20_000 });
    onTestFinished(() => transport.close());
    const sent = transport.send(toWireRequest(`https://127.0.0.1:${port}`, { connections }));
    await expect(sent).rejects.toMatchObject({ failure: "timeout", sent: false });
    expect(performance.now() - startedAt).toBeLessThan(10_000);
  });
});

describe("a Unix domain socket", () => {
  async function listenAt(socketPath: string): Promise<{ readonly hosts: string[] }> {
    const hosts: string[] = [];
    const server = createServer(({ headers }, response) => {
      hosts.push(String(headers.host));
      response.end("over the socket");
    });
    server.listen(socketPath);
    await once(server, "listening");
    onTestFinished(() => {
      server.close();
      server.closeAllConnections();
    });
    return { hosts };
  }

  it("takes the place of host and port, while the header names the configured host", async () => {
    const socketPath = join(makeTemporaryFolder(), "api.sock");
    const { hosts } = await listenAt(socketPath);
    const connections = someConnections({ socketPath });
    const given = await openTransport().send(toWireRequest("http://inventory.internal:8080", { connections }));
    expect([textOf(given), hosts]).toEqual(["over the socket", ["inventory.internal:8080"]]);
  });

  it("takes the place of a proxy too", async () => {
    const socketPath = join(makeTemporaryFolder(), "api.sock");
    await listenAt(socketPath);
    const proxy = await startProxy();
    onTestFinished(() => proxy.close());
    const identity = createConnectionIdentity({ slot: "a", proxy: { url: proxy.url } });
    const connections = someConnections({ socketPath });
    const given = await openTransport().send(toWireRequest("http://inventory.internal", { connections, identity }));
    expect([textOf(given), proxy.tunnels.length]).toEqual(["over the socket", 0]);
  });

  it("that is not there gives the typed error", async () => {
    const connections = someConnections({ socketPath: join(makeTemporaryFolder(), "none.sock") });
    const sent = openTransport().send(toWireRequest("http://inventory.internal", { connections }));
    await expect(sent).rejects.toMatchObject({ failure: "unreachable", sent: false, cause: { code: "ENOENT" } });
  });
});

describe("authority, client certificate and a proxy with credentials", () => {
  async function openProxy(): Promise<TunnelProxy> {
    const proxy = await startProxy({ user: "orders", password: "pa55" });
    onTestFinished(() => proxy.close());
    return proxy;
  }

  it.each([
    ["HTTP/1.1", someConnections({ maxConnections: 2 }), "1.1"],
    ["HTTP/2", someConnections({ http2: true }), "2.0"],
  ])("hold for configured connections over %s", async (_protocol, connections, version) => {
    const [proxy, certificates] = [await openProxy(), new Set<unknown>()];
    const backend = await startHttp2Backend({
      tls,
      clientCa: authority.certificate,
      handler: ({ stream, socket }, response) => {
        // Of an HTTP/2 session it is a stand-in for the socket.
        const shown = (stream?.session?.socket ?? socket) as TLSSocket;
        certificates.add(shown.getPeerCertificate().subject?.CN);
        response.end("ok");
      },
    });
    const identity = createConnectionIdentity({
      slot: "a",
      ca: authority.certificate,
      certificate: orders.certificate,
      privateKey: new Secret(orders.privateKey),
      proxy: {
        url: proxy.url,
        authorization: new Secret(`Basic ${Buffer.from("orders:pa55").toString("base64")}`),
      },
    });
    const transport = openTransport();
    for (let count = 0; count < 4; count++) {
      await transport.send(toWireRequest(backend.url, { identity, connections }));
    }
    expect(new Set(backend.requests.map((request) => request.version))).toEqual(new Set([version]));
    expect(certificates).toEqual(new Set(["orders"]));
    expect(proxy.tunnels[0]).toEqual({ target: new URL(backend.url).host, user: "orders" });
    expect(proxy.tunnels).toHaveLength(backend.connections);
  });
});
