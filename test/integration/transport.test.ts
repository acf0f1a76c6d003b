import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it, vi } from "vitest";
import { cancelledBy } from "../../packages/behalf/src/lib/transport/cancellation.ts";
import { toResponse } from "../../packages/behalf/src/lib/transport/to-response.ts";
import type { WireAnswer } from "../../packages/behalf/src/lib/transport/wire.ts";
import type { Cancellable } from "../../packages/behalf/src/lib/values/cancellation.ts";
import { answer } from "../support/scripted-backend.ts";
import { openTransport, toWireRequest } from "../support/send-over-transport.ts";
import { startOneBackend } from "../support/start-servers.ts";

const megabyte = 1024 * 1024;
const readText = ({ chunks }: WireAnswer): string => Buffer.concat(chunks).toString();

describe("an answer", () => {
  it("comes with status, headers and body", async () => {
    const backend = await startOneBackend();
    backend.next(answer.status(203, { "X-A": "1" }, "hello"));
    const received = await openTransport().send(toWireRequest(backend.url));
    expect(received).toMatchObject({ status: 203, headers: { "x-a": "1" }, stream: undefined });
    expect(readText(received)).toBe("hello");
  });

  it.each([[204], [205], [304]])("has no body with status %i", async (status) => {
    const backend = await startOneBackend();
    backend.next((_request, response) => response.writeHead(status).end());
    const received = await openTransport().send(toWireRequest(backend.url));
    const response = toResponse(received);
    expect([received.status, readText(received), response.status, response.body]).toEqual([status, "", status, null]);
  });

  it("to HEAD has no body, whatever length it announces", async () => {
    const backend = await startOneBackend();
    backend.next(answer.status(200, { "content-length": String(20 * megabyte) }));
    const received = await openTransport().send(toWireRequest(backend.url, { method: "HEAD" }));
    expect([received.status, received.chunks.length]).toEqual([200, 0]);
  });

  it("is not one of status 1xx", async () => {
    const backend = await startOneBackend();
    backend.next((_request, response) => {
      response.writeEarlyHints({ link: "</style.css>; rel=preload" });
      response.writeHead(200, { "x-a": "1" }).end("after the hints");
    });
    const received = await openTransport().send(toWireRequest(backend.url));
    expect([received.status, received.headers["x-a"], readText(received)]).toEqual([200, "1", "after the hints"]);
  });

  it("of a redirect is not followed", async () => {
    const backend = await startOneBackend();
    backend.next(answer.redirect("/elsewhere"));
    const { status } = await openTransport().send(toWireRequest(backend.url));
    expect([status, backend.requests.length]).toEqual([302, 1]);
  });

  it("with a status beyond 599 becomes a response of status 500", async () => {
    const backend = await startOneBackend();
    backend.next(answer.status(999));
    const received = await openTransport().send(toWireRequest(backend.url));
    expect([received.status, toResponse(received).status]).toEqual([999, 500]);
  });

  it("keeps repeated headers apart in a response", async () => {
    const backend = await startOneBackend();
    backend.next((_request, response) => response.writeHead(200, { "set-cookie": ["a=1", "b=2"], "x-a": "é" }).end());
    const { headers } = toResponse(await openTransport().send(toWireRequest(backend.url)));
    expect([headers.getSetCookie(), headers.get("x-a")]).toEqual([["a=1", "b=2"], "é"]);
  });

  it("in memory has at most the bytes that are allowed", async () => {
    const backend = await startOneBackend({ handler: answer.status(200, {}, "x".repeat(10 * megabyte)) });
    const transport = openTransport();
    const whole = await transport.send(toWireRequest(backend.url));
    expect(readText(whole)).toHaveLength(10 * megabyte);
    await expect(transport.send(toWireRequest(backend.url, { maxBytes: 10 * megabyte - 1 }))).rejects.toMatchObject({
      failure: "tooLarge",
    });
  });

  it("that is too large is not read on", async () => {
    const backend = await startOneBackend({ handler: answer.stream(["x".repeat(100), "more"], { open: true }) });
    await expect(openTransport().send(toWireRequest(backend.url, { maxBytes: 10 }))).rejects.toMatchObject({
      failure: "tooLarge",
    });
    await vi.waitFor(() => expect(backend.request().aborted).toBe(true));
  });
});

describe("no answer", () => {
  it("in time is a timeout, and ends the request", async () => {
    const backend = await startOneBackend({ handler: answer.hang() });
    await expect(openTransport().send(toWireRequest(backend.url, { timeoutMs: 30 }))).rejects.toMatchObject({
      name: "TransportError",
      failure: "timeout",
    });
    await vi.waitFor(() => expect(backend.request().aborted).toBe(true));
  });

  it("in full in time is a timeout too", async () => {
    const backend = await startOneBackend({ handler: answer.stream(["half"], { open: true }) });
    await expect(openTransport().send(toWireRequest(backend.url, { timeoutMs: 30 }))).rejects.toMatchObject({
      failure: "timeout",
    });
  });

  it("from a refused connection tells the code of the cause, and no more", async () => {
    const backend = await startOneBackend();
    await backend.close();
    await expect(openTransport().send(toWireRequest(backend.url))).rejects.toMatchObject({
      failure: "unreachable",
      cause: { name: "Error", code: "ECONNREFUSED" },
    });
  });

  it.each([
    ["before the answer", answer.drop()],
    ["in the answer", answer.dropAfter("half")],
  ])("comes when the connection is lost %s", async (_case, handler) => {
    const backend = await startOneBackend({ handler });
    await expect(openTransport().send(toWireRequest(backend.url))).rejects.toMatchObject({ failure: "unreachable" });
  });

  it("comes for a request that HTTP cannot carry, and nothing is thrown", async () => {
    const backend = await startOneBackend();
    await expect(openTransport().send(toWireRequest(backend.url, { path: "/a b" }))).rejects.toMatchObject({
      failure: "unreachable",
    });
    expect(backend.requests).toHaveLength(0);
  });
});

describe("a cancellation", () => {
  it("gives its very reason, and ends the request", async () => {
    const backend = await startOneBackend({ handler: answer.hang() });
    const controller = new AbortController();
    const reason = { because: "the test says so" };
    const sent = openTransport().send(toWireRequest(backend.url, { cancellations: [cancelledBy(controller.signal)] }));
    await vi.waitFor(() => expect(backend.requests).toHaveLength(1));
    controller.abort(reason);
    await expect(sent).rejects.toBe(reason);
    await vi.waitFor(() => expect(backend.request().aborted).toBe(true));
  });

  it("that came before keeps everything from being sent", async () => {
    const backend = await startOneBackend();
    const listeners = new Set<Cancellable>();
    const reason = new Error("too late");
    const cancellations = [cancelledBy(AbortSignal.abort(reason)), listeners];
    await expect(openTransport().send(toWireRequest(backend.url, { cancellations }))).rejects.toBe(reason);
    await sleep(20);
    expect([backend.connections, listeners.size]).toEqual([0, 0]);
  });

  it("is let go of when the answer is there", async () => {
    const backend = await startOneBackend();
    const { signal } = new AbortController();
    const removed = vi.spyOn(signal, "removeEventListener");
    await openTransport().send(toWireRequest(backend.url, { cancellations: [cancelledBy(signal)] }));
    expect(removed).toHaveBeenCalledTimes(1);
  });

  it("is let go of when the request fails", async () => {
    const backend = await startOneBackend({ handler: answer.drop() });
    const listeners = new Set<Cancellable>();
    const sent = openTransport().send(toWireRequest(backend.url, { cancellations: [listeners] }));
    expect(listeners.size).toBe(1);
    await expect(sent).rejects.toMatchObject({ failure: "unreachable" });
    expect(listeners.size).toBe(0);
  });
});

describe("close", () => {
  it("lets running requests end, then refuses", async () => {
    const backend = await startOneBackend({ handler: answer.delay(50) });
    const transport = openTransport();
    const running = transport.send(toWireRequest(backend.url));
    await vi.waitFor(() => expect(backend.requests).toHaveLength(1));
    const closed = transport.close();
    await expect(transport.send(toWireRequest(backend.url))).rejects.toMatchObject({ failure: "closed" });
    expect((await running).status).toBe(200);
    await closed;
    expect(backend.requests).toHaveLength(1);
    await vi.waitFor(() => expect(backend.openConnections).toBe(0));
  });

  it("can be called twice", async () => {
    const transport = openTransport();
    await Promise.all([transport.close(), transport.close()]);
    await expect(transport.close()).resolves.toBeUndefined();
  });
});

describe("connections", () => {
  it("are used again", async () => {
    const backend = await startOneBackend();
    const transport = openTransport();
    for (let count = 0; count < 10; count++) await transport.send(toWireRequest(backend.url));
    // A connection is free a moment after its answer has ended, so that the next request finds a second one.
    expect(backend.connections).toBeLessThanOrEqual(2);
  });
});
