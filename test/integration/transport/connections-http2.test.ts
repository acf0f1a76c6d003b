import { beforeAll, describe, expect, it } from "vitest";
import type { WireAnswer, WireRequest } from "../../../packages/behalf/src/lib/transport/wire.ts";
import { createConnectionIdentity } from "../../../packages/behalf/src/lib/values/connection-identity.ts";
import { type CertificateAuthority, createCertificateAuthority, type KeyPair } from "../../support/certificates.ts";
import { someConnections } from "../../support/connection-settings.ts";
import { type Http2Backend, type Http2Handler, startHttp2Backend } from "../../support/http2-backend.ts";
import { openTransport, toWireRequest } from "../../support/send-over-transport.ts";
import { startOneBackend } from "../../support/start-servers.ts";

let authority: CertificateAuthority;
let tls: KeyPair;

beforeAll(async () => {
  authority = await createCertificateAuthority();
  tls = await authority.issueServer();
});

const http2 = someConnections({ http2: true });

const toRequest = (backend: { readonly url: string }, changes: Partial<WireRequest> = {}): WireRequest =>
  toWireRequest(backend.url, {
    identity: createConnectionIdentity({ slot: "a", ca: authority.certificate }),
    connections: http2,
    ...changes,
  });

const textOf = ({ chunks }: WireAnswer): string => Buffer.concat(chunks).toString();

const echo: Http2Handler = (request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    response.writeHead(200, { "set-cookie": ["a=1", "b=2"], "x-path": request.url });
    response.end(`${request.method} ${Buffer.concat(chunks)}`);
  });
};

const slow =
  (ms: number): Http2Handler =>
  (_request, response) => {
    setTimeout(() => response.end("slow"), ms);
  };

const start = (handler: Http2Handler, more: { readonly maxConcurrentStreams?: number } = {}): Promise<Http2Backend> =>
  startHttp2Backend({ tls, handler, ...more });

const times = <made>(count: number, make: (index: number) => made): made[] =>
  Array.from({ length: count }, (_, index) => make(index));

describe("a call over HTTP/2", () => {
  it("carries path, method, headers and body, and brings back the answer", async () => {
    const backend = await start(echo);
    const headers = ["x-a", "1", "x-a", "2", "authorization", "Bearer t0ken"];
    const answer = await openTransport().send(
      toRequest(backend, { path: "/items?a=b", method: "POST", headers, body: "grüezi" }),
    );
    expect([answer.status, textOf(answer)]).toEqual([200, "POST grüezi"]);
    expect(answer.headers).toMatchObject({ "set-cookie": ["a=1", "b=2"], "x-path": "/items?a=b" });
    expect(backend.requests[0]).toMatchObject({ version: "2.0", method: "POST", url: "/items?a=b" });
    expect(backend.requests[0]?.headers).toMatchObject({
      ":authority": new URL(backend.url).host,
      authorization: "Bearer t0ken",
      "x-a": "1, 2",
      "content-length": "7",
    });
  });

  it.each([
    ["HEAD", 200, 0],
    ["GET", 204, 0],
    ["DELETE", 404, 0],
  ])("ends without a body: %s, status %i", async (method, status, length) => {
    const backend = await start((_request, response) => response.writeHead(status).end());
    const answer = await openTransport().send(toRequest(backend, { method }));
    expect([answer.status, textOf(answer).length]).toEqual([status, length]);
  });

  it("shares one connection with fifty others from the first moment on, whatever their methods", async () => {
    const backend = await start(slow(30));
    const transport = openTransport();
    const methods = ["GET", "POST", "PUT", "DELETE"];
    const send = (index: number): Promise<WireAnswer> =>
      transport.send(toRequest(backend, { method: methods[index % 4] ?? "GET", body: index % 4 === 1 ? "a" : null }));
    const answers = [...(await Promise.all(times(50, send))), ...(await Promise.all(times(50, send)))];
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    expect([backend.requests.length, backend.connections]).toEqual([100, 1]);
  });

  it("waits where the server allows fewer at a time, and the bound allows one connection", async () => {
    const backend = await start(slow(10), { maxConcurrentStreams: 10 });
    const transport = openTransport();
    const connections = someConnections({ http2: true, maxConnections: 1 });
    const answers = await Promise.all(
      times(50, () => transport.send(toRequest(backend, { method: "POST", connections }))),
    );
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    expect([backend.requests.length, backend.connections]).toEqual([50, 1]);
  });

  it("goes over another connection where the server allows no more on the first", async () => {
    const backend = await start(slow(50), { maxConcurrentStreams: 10 });
    const transport = openTransport();
    await Promise.all(times(25, () => transport.send(toRequest(backend))));
    expect([backend.requests.length, backend.connections]).toEqual([25, 3]);
  });

  it("gives the typed error when the server refuses a connection, to all that wait for it", async () => {
    const backend = await start(echo);
    await backend.close();
    const transport = openTransport();
    const sent = await Promise.allSettled(times(5, () => transport.send(toRequest(backend))));
    for (const one of sent) {
      expect(one).toMatchObject({ reason: { failure: "unreachable", sent: false, cause: { code: "ECONNREFUSED" } } });
    }
  });
});

describe("a server without HTTP/2", () => {
  it("is called over HTTP/1.1, over several connections, also by those that waited for the first", async () => {
    const backend = await startOneBackend({
      tls: { ...tls },
      handler: (_request, response) => void setTimeout(() => response.end("one"), 40),
    });
    const transport = openTransport();
    const connections = someConnections({ http2: true, maxConnections: 4 });
    const answers = await Promise.all(times(8, () => transport.send(toRequest(backend, { connections }))));
    expect(answers.map(textOf)).toEqual(times(8, () => "one"));
    expect(backend.connections).toBe(4);
  });

  it("is called over HTTP/1.1 where it speaks no TLS", async () => {
    const backend = await startOneBackend();
    const answer = await openTransport().send(toWireRequest(backend.url, { connections: http2 }));
    expect(answer.status).toBe(200);
  });
});

describe("a server with HTTP/2", () => {
  it("is called over HTTP/1.1 where nobody asked for it", async () => {
    const backend = await start(echo);
    await openTransport().send(toRequest(backend, { connections: undefined }));
    await openTransport().send(toRequest(backend, { connections: someConnections() }));
    expect(backend.requests.map(({ version }) => version)).toEqual(["1.1", "1.1"]);
  });
});

describe("a connection of HTTP/2", () => {
  it("is closed when nothing goes over it, and comes again", async () => {
    const backend = await start(echo);
    const transport = openTransport();
    const connections = someConnections({ http2: true, keepAliveMs: 50 });
    await transport.send(toRequest(backend, { connections }));
    await expect.poll(() => backend.openConnections).toBe(0);
    expect((await transport.send(toRequest(backend, { connections }))).status).toBe(200);
    expect(backend.connections).toBe(2);
  });

  it("is not idle while a call runs", async () => {
    const backend = await start(slow(200));
    const connections = someConnections({ http2: true, keepAliveMs: 20 });
    expect(textOf(await openTransport().send(toRequest(backend, { connections })))).toBe("slow");
  });

  it("lasts longer than it may take to come about", async () => {
    const backend = await start(slow(400));
    const connections = someConnections({ http2: true, connectTimeoutMs: 150 });
    expect(textOf(await openTransport().send(toRequest(backend, { connections })))).toBe("slow");
  });

  it("is closed with the transport, after running calls", async () => {
    const backend = await start(slow(80));
    const transport = openTransport();
    const running = times(3, () => transport.send(toRequest(backend)));
    await expect.poll(() => backend.requests.length).toBe(3);
    await transport.close();
    expect((await Promise.all(running)).map(textOf)).toEqual(["slow", "slow", "slow"]);
    await expect.poll(() => backend.openConnections).toBe(0);
  });
});
