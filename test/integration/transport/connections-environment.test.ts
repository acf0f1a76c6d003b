import { beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { createBehalf } from "../../../packages/behalf/src/index.ts";
import { createConnectionIdentity } from "../../../packages/behalf/src/lib/values/connection-identity.ts";
import { type CertificateAuthority, createCertificateAuthority, type KeyPair } from "../../support/certificates.ts";
import { someConnections } from "../../support/connection-settings.ts";
import { startHttp2Backend } from "../../support/http2-backend.ts";
import { type ProxyOptions, startProxy, type Proxy as TunnelProxy } from "../../support/proxy.ts";
import type { Backend } from "../../support/scripted-backend.ts";
import { openTransport, toWireRequest } from "../../support/send-over-transport.ts";
import { startOneBackend } from "../../support/start-servers.ts";

const names = ["HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY"];
const token = "t0ken-of-alice";
let authority: CertificateAuthority;
let tls: KeyPair;

beforeAll(async () => {
  authority = await createCertificateAuthority();
  tls = await authority.issueServer("inventory.example");
});

beforeEach(() => {
  for (const name of names) for (const spelt of [name, name.toLowerCase()]) vi.stubEnv(spelt, undefined);
  onTestFinished(() => void vi.unstubAllEnvs());
});

async function openProxy(options?: ProxyOptions): Promise<TunnelProxy> {
  const proxy = await startProxy(options);
  onTestFinished(() => proxy.close());
  return proxy;
}

const identify = () => createConnectionIdentity({ slot: "a", ca: authority.certificate, proxy: "environment" });
const hostOf = ({ url }: { readonly url: string }): string => new URL(url).host;
const startTlsBackend = (): Promise<Backend> => startOneBackend({ tls });
const request = toWireRequest("https://inventory.example", {
  path: "/items",
  headers: ["authorization", `Bearer ${token}`],
});

describe("a proxy that the environment names", () => {
  it("tunnels to an https target, and sees neither token nor path", async () => {
    const backend = await startTlsBackend();
    const proxy = await openProxy({ user: "anna", password: "pa55", reach: hostOf(backend) });
    vi.stubEnv("HTTPS_PROXY", proxy.url.replace("http://", "http://anna:pa55@"));
    await openTransport().send({ ...request, identity: identify() });
    expect(backend.request().headers).toMatchObject({ host: "inventory.example", authorization: `Bearer ${token}` });
    expect(backend.request().headers).not.toHaveProperty("proxy-authorization");
    expect(proxy.tunnels).toEqual([{ target: "inventory.example:443", user: "anna" }]);
    expect(proxy.received).toMatch(/^CONNECT inventory\.example:443 HTTP\/1\.1\r\n/);
    for (const hidden of [token, "/items", "Bearer", "GET "]) expect(proxy.received).not.toContain(hidden);
  });

  it("tunnels HTTP/2 as well, and sees neither token nor path", async () => {
    const backend = await startHttp2Backend({ tls, handler: (_request, response) => response.end("ok") });
    const proxy = await openProxy({ reach: hostOf(backend) });
    vi.stubEnv("https_proxy", proxy.url);
    const connections = someConnections({ http2: true });
    await openTransport().send({ ...request, identity: identify(), connections });
    expect(backend.requests[0]).toMatchObject({ version: "2.0", headers: { ":authority": "inventory.example" } });
    for (const hidden of [token, "/items", "Bearer"]) expect(proxy.received).not.toContain(hidden);
  });

  it("gets an http target by a tunnel too, never the request itself", async () => {
    const backend = await startOneBackend();
    const proxy = await openProxy({ reach: hostOf(backend) });
    vi.stubEnv("HTTP_PROXY", proxy.url);
    await openTransport().send(toWireRequest("http://inventory.example:8080", { identity: identify() }));
    expect(proxy.tunnels).toEqual([{ target: "inventory.example:8080", user: undefined }]);
    expect(proxy.received).toMatch(/^CONNECT /);
  });

  it("is not asked for a target on this machine", async () => {
    const [backend, proxy] = [await startTlsBackend(), await openProxy()];
    vi.stubEnv("HTTPS_PROXY", proxy.url);
    await openTransport().send(toWireRequest(backend.url, { identity: identify() }));
    expect([proxy.tunnels.length, backend.requests.length]).toEqual([0, 1]);
  });

  it("is not asked for a target that NO_PROXY lists", async () => {
    const proxy = await openProxy();
    vi.stubEnv("HTTPS_PROXY", proxy.url);
    vi.stubEnv("NO_PROXY", ".example");
    const sent = openTransport().send({ ...request, identity: identify() });
    await expect(sent).rejects.toMatchObject({ failure: "unreachable", sent: false });
    expect(proxy.received).toBe("");
  });

  it("is not asked where nobody set it up", async () => {
    const proxy = await openProxy();
    vi.stubEnv("HTTPS_PROXY", proxy.url);
    const identity = createConnectionIdentity({ slot: "a", ca: authority.certificate });
    const sent = openTransport().send({ ...request, identity });
    await expect(sent).rejects.toMatchObject({ failure: "unreachable", sent: false });
    expect(proxy.received).toBe("");
  });

  it("that cannot be used fails every call at once over HTTP/2 too, and lets the transport close", async () => {
    const transport = openTransport();
    vi.stubEnv("HTTPS_PROXY", "socks5://proxy.example");
    const wire = { ...request, identity: identify(), connections: someConnections({ http2: true }) };
    for (let count = 0; count < 2; count += 1) {
      await expect(transport.send(wire)).rejects.toMatchObject({ failure: "unreachable", sent: false });
    }
    await transport.close();
  });

  it("that cannot be used is a typed error without its text, and is read anew", async () => {
    const backend = await startTlsBackend();
    const proxy = await openProxy({ reach: hostOf(backend) });
    const transport = openTransport();
    vi.stubEnv("HTTPS_PROXY", "socks5://anna:pa55@proxy.example");
    const error: unknown = await transport.send({ ...request, identity: identify() }).catch((thrown) => thrown);
    expect(error).toMatchObject({ failure: "unreachable", sent: false });
    expect(JSON.stringify(error)).not.toMatch(/pa55|proxy\.example/);
    vi.stubEnv("HTTPS_PROXY", proxy.url);
    expect((await transport.send({ ...request, identity: identify() })).status).toBe(200);
  });
});

describe('the setting "environment"', () => {
  it("goes from the configuration to the backend's connections", async () => {
    const backend = await startTlsBackend();
    const proxy = await openProxy({ reach: hostOf(backend) });
    vi.stubEnv("HTTPS_PROXY", proxy.url);
    const behalf = createBehalf({
      authority: "https://login.example",
      clientId: "orders-api",
      ca: authority.certificate,
      proxy: "environment",
      services: { inventory: { host: "https://inventory.example" } },
    });
    onTestFinished(() => behalf.close());
    const answer = await behalf.service("inventory").get("/items").unwrap();
    expect([answer.status, proxy.tunnels.length]).toEqual([200, 1]);
  });
});
