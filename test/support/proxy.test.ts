import { once } from "node:events";
import { request } from "node:http";
import { type AddressInfo, createServer } from "node:net";
import { text } from "node:stream/consumers";
import { inspect } from "node:util";
import { Agent, fetch, ProxyAgent } from "undici";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createCertificateAuthority } from "./certificates.ts";
import { type ProxyOptions, startProxy, type Proxy as TunnelProxy } from "./proxy.ts";
import { answer, type Backend, startBackend } from "./scripted-backend.ts";

let proxy: TunnelProxy;
let backend: Backend;
let agent: Agent | ProxyAgent;

beforeEach(async () => {
  backend = await startBackend();
});
afterEach(async () => {
  await agent.destroy();
  await Promise.all([proxy.close(), backend.close()]);
});

async function open(options: ProxyOptions = {}, userinfo = "", ca?: string): Promise<void> {
  proxy = await startProxy(options);
  const uri = proxy.url.replace("//", `//${userinfo}`);
  agent = new ProxyAgent({
    uri,
    proxyTunnel: true,
    connections: 1,
    ...(ca === undefined ? {} : { requestTls: { ca } }),
  });
}

const call = (url = backend.url) => fetch(url, { dispatcher: agent });
const tellFailure = () => call().then(String, (error: unknown) => inspect(error));
const target = () => new URL(backend.url).host;

describe("a proxy", () => {
  it("makes a tunnel and records it", async () => {
    await open();
    expect((await call()).status).toBe(200);
    expect(proxy.tunnels).toEqual([{ target: target(), user: undefined }]);
    expect(backend.requests).toHaveLength(1);
  });

  it("carries https, client certificate included", async () => {
    const authority = await createCertificateAuthority();
    const [server, client] = [await authority.issueServer(), await authority.issueClient("orders-api")];
    const secure = await startBackend({ tls: { ...server, clientCa: authority.certificate } });
    proxy = await startProxy();
    const requestTls = { ca: authority.certificate, cert: client.certificate, key: client.privateKey };
    agent = new ProxyAgent({ uri: proxy.url, requestTls });
    expect((await call(secure.url)).status).toBe(200);
    expect(secure.request().certificate?.thumbprint).toBe(client.thumbprint);
    expect(proxy.tunnels).toHaveLength(1);
    await secure.close();
  });

  it("uses one tunnel for the requests of one connection", async () => {
    await open();
    for (const _time of [1, 2]) await (await call()).text();
    expect([proxy.tunnels.length, proxy.openTunnels, backend.requests.length]).toEqual([1, 1, 2]);
  });

  it("is not seen by who goes around it", async () => {
    proxy = await startProxy();
    agent = new Agent();
    expect((await call()).status).toBe(200);
    expect(proxy.tunnels).toEqual([]);
  });

  it("answers 405 to anything but a tunnel", async () => {
    await open();
    expect((await fetch(proxy.url)).status).toBe(405);
  });

  it("answers 502 when the target cannot be reached", async () => {
    await open();
    await backend.close();
    expect(await tellFailure()).toContain("(502)");
    expect(proxy.tunnels).toEqual([]);
  });

  it("cuts its tunnels when it closes", async () => {
    await open();
    backend.next(answer.hang());
    const failed = expect(call()).rejects.toThrow("fetch failed");
    await vi.waitFor(() => expect(backend.requests).toHaveLength(1));
    await proxy.close();
    await failed;
    await vi.waitFor(() => expect([proxy.openTunnels, backend.openConnections]).toEqual([0, 0]));
  });

  it("forgets a tunnel that its client left", async () => {
    await open();
    await (await call()).text();
    await agent.destroy();
    await vi.waitFor(() => expect([proxy.openTunnels, backend.openConnections]).toEqual([0, 0]));
  });

  it("carries bytes that the target sends first", async () => {
    await open();
    const greeter = createServer((socket) => socket.end("hello"));
    await new Promise<void>((done) => greeter.listen(0, "127.0.0.1", done));
    const { port } = greeter.address() as AddressInfo;
    const asking = request(proxy.url, { method: "CONNECT", path: `127.0.0.1:${port}` }).end();
    const [, socket, head] = await once(asking, "connect");
    expect(`${head}${await text(socket)}`).toBe("hello");
    greeter.close();
  });
});

describe("a proxy with a user", () => {
  const options = { user: "orders@example", password: "s:cret" };

  it("lets the user through and records the name", async () => {
    await open(options, "orders%40example:s%3Acret@");
    expect((await call()).status).toBe(200);
    expect(proxy.tunnels).toEqual([{ target: target(), user: "orders@example" }]);
  });

  it.each([
    ["nobody", "", undefined],
    ["another user", "billing:s%3Acret@", "billing"],
    ["another password", "orders%40example:wrong@", "orders@example"],
  ])("answers 407 to %s", async (_case, userinfo, user) => {
    await open(options, userinfo);
    expect(await tellFailure()).toContain("(407)");
    expect([proxy.tunnels, proxy.refused]).toEqual([[], [{ target: target(), user }]]);
    expect(backend.requests).toEqual([]);
  });
});
