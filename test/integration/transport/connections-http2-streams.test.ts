import { once } from "node:events";
import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { beforeAll, describe, expect, it } from "vitest";
import type { WireAnswer, WireRequest } from "../../../packages/behalf/src/lib/transport/wire.ts";
import { createConnectionIdentity } from "../../../packages/behalf/src/lib/values/connection-identity.ts";
import { type CertificateAuthority, createCertificateAuthority, type KeyPair } from "../../support/certificates.ts";
import { someConnections } from "../../support/connection-settings.ts";
import { type Http2Handler, startHttp2Backend } from "../../support/http2-backend.ts";
import { openTransport, toWireRequest } from "../../support/send-over-transport.ts";

const megabyte = 1024 * 1024;
let authority: CertificateAuthority;
let tls: KeyPair;

beforeAll(async () => {
  authority = await createCertificateAuthority();
  tls = await authority.issueServer();
});

const toRequest = (url: string, changes: Partial<WireRequest> = {}): WireRequest =>
  toWireRequest(url, {
    identity: createConnectionIdentity({ slot: "a", ca: authority.certificate }),
    connections: someConnections({ http2: true }),
    ...changes,
  });

const start = (handler: Http2Handler) => startHttp2Backend({ tls, handler });
const mirror: Http2Handler = (request, response) => void request.pipe(response);

function streamOf({ stream }: WireAnswer): Readable {
  if (!stream) throw new Error("The answer came without a stream");
  return stream;
}

const upload = (bytes: number): Readable =>
  Readable.from(Array.from({ length: bytes / 65_536 }, (_, index) => Buffer.alloc(65_536, index % 251)));

describe("a stream over HTTP/2", () => {
  it("goes up and comes down at the same time, byte for byte, beside other calls", async () => {
    const backend = await start(mirror);
    const transport = openTransport();
    const sent = { method: "POST", streams: true, body: upload(4 * megabyte) };
    const up = await transport.send(toRequest(backend.url, sent));
    const beside = await Promise.all(
      [1, 2, 3].map(() => transport.send(toRequest(backend.url, { method: "POST", body: "beside" }))),
    );
    expect(beside.map(({ chunks }) => Buffer.concat(chunks).toString())).toEqual(["beside", "beside", "beside"]);
    const received = Buffer.concat(await streamOf(up).toArray());
    expect(received.equals(Buffer.concat(await upload(4 * megabyte).toArray()))).toBe(true);
    expect(backend.connections).toBe(1);
  });

  it("holds the sender back while nobody reads", async () => {
    let given = 0;
    const backend = await start((_request, response) => {
      const source = Readable.from(
        (function* () {
          for (let count = 0; count < 256; count++) {
            given += 65_536;
            yield Buffer.alloc(65_536);
          }
        })(),
      );
      source.pipe(response);
    });
    const stream = streamOf(await openTransport().send(toRequest(backend.url, { streams: true })));
    await sleep(150);
    expect(given).toBeLessThan(4 * megabyte);
    let length = 0;
    for await (const chunk of stream) length += chunk.length;
    expect(length).toBe(16 * megabyte);
  });

  it("that nobody wants any more ends at the server, and not the connection", async () => {
    const ended: Promise<unknown>[] = [];
    const backend = await start(({ stream, url }, response) => {
      if (url === "/next") return void response.end();
      ended.push(once(stream, "close"));
      response.write("the first");
    });
    const transport = openTransport();
    streamOf(await transport.send(toRequest(backend.url, { streams: true }))).destroy();
    await ended[0];
    await transport.send(toRequest(backend.url, { path: "/next" }));
    expect(backend.connections).toBe(1);
  });

  it("that stands still ends in time, at the server too, and not the connection", async () => {
    const ended: Promise<unknown>[] = [];
    const backend = await start(({ stream, url }, response) => {
      if (url === "/next") return void response.end();
      ended.push(once(stream, "close"));
      response.write("the first");
    });
    const transport = openTransport({ streamIdleMs: 200 });
    const stream = streamOf(await transport.send(toRequest(backend.url, { streams: true })));
    await expect(stream.toArray()).rejects.toMatchObject({ name: "TransportError", failure: "timeout" });
    await ended[0];
    await transport.send(toRequest(backend.url, { path: "/next" }));
    expect(backend.connections).toBe(1);
  });

  it("that goes up ends when the server answers before its end", async () => {
    const backend = await start((_request, response) => response.writeHead(413).end("too large"));
    const body = new Readable({
      read() {
        setTimeout(() => this.push(Buffer.alloc(16_384)), 5);
      },
    });
    const { status, chunks } = await openTransport().send(toRequest(backend.url, { method: "POST", body }));
    expect([status, Buffer.concat(chunks).toString()]).toEqual([413, "too large"]);
    await expect.poll(() => body.destroyed).toBe(true);
  });

  it("that goes up and breaks ends the call with its error, and not the connection", async () => {
    const backend = await start((request, response) => void request.on("end", () => response.end()).resume());
    const transport = openTransport();
    const body = new Readable({ read() {} });
    const sent = transport.send(toRequest(backend.url, { method: "POST", body }));
    await expect.poll(() => backend.requests.length).toBe(1);
    body.destroy(new Error("the source broke"));
    await expect(sent).rejects.toMatchObject({ failure: "unreachable", sent: true });
    await transport.send(toRequest(backend.url, { method: "POST", body: "next" }));
    expect(backend.connections).toBe(1);
  });
});
