import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it, vi } from "vitest";
import { cancelledBy } from "../../packages/behalf/src/lib/transport/cancellation.ts";
import { toResponse } from "../../packages/behalf/src/lib/transport/to-response.ts";
import type { WireRequest } from "../../packages/behalf/src/lib/transport/wire.ts";
import { listen } from "../support/listen.ts";
import { answer } from "../support/scripted-backend.ts";
import { openTransport, toWireRequest } from "../support/send-over-transport.ts";
import { startOneBackend } from "../support/start-servers.ts";

const megabyte = 1024 * 1024;

async function openStream(request: WireRequest): Promise<Readable> {
  const { stream } = await openTransport().send(request);
  if (!stream) throw new Error("The answer came without a stream");
  return stream;
}

describe("a stream of an answer", () => {
  it("comes before the body has ended", async () => {
    const backend = await startOneBackend({ handler: answer.stream(["one "], { open: true }) });
    const stream = await openStream(toWireRequest(backend.url, { streams: true }));
    const [chunk] = await stream.take(1).toArray();
    expect(String(chunk)).toBe("one ");
  });

  it("is not that of an answer of status 1xx", async () => {
    const backend = await startOneBackend({
      handler: (_request, response) => {
        response.writeEarlyHints({ link: "</style.css>; rel=preload" });
        response.writeHead(200).end("after the hints");
      },
    });
    const { status, stream } = await openTransport().send(toWireRequest(backend.url, { streams: true }));
    expect([status, await text(stream ?? Readable.from([]))]).toEqual([200, "after the hints"]);
  });

  it("is not bound in length", async () => {
    const backend = await startOneBackend({ handler: answer.status(200, {}, "x".repeat(2 * megabyte)) });
    const stream = await openStream(toWireRequest(backend.url, { streams: true, maxBytes: 10 }));
    expect(await text(stream)).toHaveLength(2 * megabyte);
  });

  it("holds the sender back while nobody reads", async () => {
    const body = Buffer.alloc(64 * megabyte, "x");
    const backend = await startOneBackend({
      handler: (_request, response) => response.writeHead(200, { "content-length": body.length }).end(body),
    });
    const stream = await openStream(toWireRequest(backend.url, { streams: true }));
    await sleep(100);
    expect(stream.readableLength).toBeLessThan(megabyte);
    let length = 0;
    for await (const chunk of stream) length += chunk.length;
    expect(length).toBe(body.length);
  });

  it("that is read to its end leaves the connection for the next request", async () => {
    const backend = await startOneBackend({ handler: answer.stream(["one ", "two"]) });
    const transport = openTransport();
    for (const _ of [1, 2]) {
      const { stream } = await transport.send(toWireRequest(backend.url, { streams: true }));
      expect(await text(stream ?? Readable.from([]))).toBe("one two");
      await sleep(5);
    }
    expect(backend.connections).toBe(1);
  });

  it("that is destroyed ends the request", async () => {
    const backend = await startOneBackend({ handler: answer.stream(["one "], { open: true }) });
    const stream = await openStream(toWireRequest(backend.url, { streams: true }));
    stream.destroy();
    await vi.waitFor(() => expect(backend.request().aborted).toBe(true));
  });

  it("ends with the reason of a cancellation, for who reads it later", async () => {
    const backend = await startOneBackend({ handler: answer.stream(["one "], { open: true }) });
    const controller = new AbortController();
    const stream = await openStream(
      toWireRequest(backend.url, { streams: true, cancellations: [cancelledBy(controller.signal)] }),
    );
    controller.abort(new Error("the caller left"));
    await sleep(5);
    await expect(text(stream)).rejects.toThrow("the caller left");
  });

  it("goes on past its deadline once it has begun", async () => {
    const backend = await startOneBackend({ handler: answer.stream(["one "], { open: true }) });
    const stream = await openStream(toWireRequest(backend.url, { streams: true, timeoutMs: 30 }));
    await sleep(400);
    expect(stream.errored).toBeNull();
    stream.destroy();
  });

  it("ends with an error when the connection is lost", async () => {
    const backend = await startOneBackend({ handler: answer.dropAfter("half") });
    const stream = await openStream(toWireRequest(backend.url, { streams: true }));
    await expect(text(stream)).rejects.toMatchObject({ failure: "unreachable" });
  });

  it("is not made of an error answer: its body is in memory", async () => {
    const backend = await startOneBackend({ handler: answer.problem(409, { title: "Taken" }) });
    const { stream, chunks } = await openTransport().send(toWireRequest(backend.url, { streams: true }));
    expect([stream, chunks.length]).toEqual([undefined, 1]);
  });

  it("becomes the body of a global response", async () => {
    const backend = await startOneBackend({ handler: answer.stream(["one ", "two"]) });
    const response = toResponse(await openTransport().send(toWireRequest(backend.url, { streams: true })));
    expect(response).toBeInstanceOf(globalThis.Response);
    expect(await response.text()).toBe("one two");
  });
});

describe("a stream of a request", () => {
  it("is sent as it is read", async () => {
    const backend = await startOneBackend();
    const body = Readable.from(["one ", "two"]);
    await openTransport().send(toWireRequest(backend.url, { method: "POST", body }));
    expect(backend.request()).toMatchObject({ body: "one two", headers: { "transfer-encoding": "chunked" } });
  });

  it("is held back while the receiver does not read", async () => {
    const server = await listen((request) => request.pause());
    let given = 0;
    const body = new Readable({
      read() {
        given += 65_536;
        this.push(Buffer.alloc(65_536));
      },
    });
    const sent = openTransport().send(toWireRequest(server.url, { method: "POST", body, timeoutMs: 200 }));
    await expect(sent).rejects.toMatchObject({ failure: "timeout" });
    expect(given).toBeLessThan(64 * megabyte);
    expect(body.destroyed).toBe(true);
    await server.close();
  });

  it("that breaks ends the request", async () => {
    const backend = await startOneBackend();
    const body = new Readable({
      read() {
        this.destroy(new Error("the source broke"));
      },
    });
    const sent = openTransport().send(toWireRequest(backend.url, { method: "POST", body }));
    await expect(sent).rejects.toMatchObject({ name: "TransportError", failure: "unreachable" });
  });
});
