import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { cancelledBy } from "../../../packages/behalf/src/lib/transport/cancellation.ts";
import type { WireAnswer, WireRequest } from "../../../packages/behalf/src/lib/transport/wire.ts";
import { createConnectionIdentity } from "../../../packages/behalf/src/lib/values/connection-identity.ts";
import { type CertificateAuthority, createCertificateAuthority, type KeyPair } from "../../support/certificates.ts";
import { someConnections } from "../../support/connection-settings.ts";
import { type Http2Backend, type Http2Handler, startHttp2Backend } from "../../support/http2-backend.ts";
import { openTransport, toWireRequest } from "../../support/send-over-transport.ts";
import { startRelay } from "../../support/start-relay.ts";

let authority: CertificateAuthority;
let tls: KeyPair;

beforeAll(async () => {
  authority = await createCertificateAuthority();
  tls = await authority.issueServer();
});

const toRequest = (backend: { readonly url: string }, changes: Partial<WireRequest> = {}): WireRequest =>
  toWireRequest(backend.url, {
    identity: createConnectionIdentity({ slot: "a", ca: authority.certificate }),
    connections: someConnections({ http2: true }),
    ...changes,
  });

const start = (handler: Http2Handler, port = 0): Promise<Http2Backend> => startHttp2Backend({ tls, handler, port });
const textOf = ({ chunks }: WireAnswer): string => Buffer.concat(chunks).toString();
const pathsOf = ({ requests }: Http2Backend): readonly string[] => requests.map(({ url }) => url);

/** Answers what is not otherwise said by its path. */
const byPath =
  (handlers: Readonly<Record<string, Http2Handler>>): Http2Handler =>
  (request, response) =>
    (handlers[request.url] ?? (() => response.end("ok")))(request, response);

const late =
  (ms: number): Http2Handler =>
  (_request, response) =>
    void setTimeout(() => response.end("late"), ms);

const silent: Http2Handler = () => {};

async function failureOf(sent: Promise<unknown>): Promise<unknown> {
  return sent.then(
    () => "no failure",
    (error: unknown) => error,
  );
}

describe("a server that says goodbye", () => {
  const goodbye = byPath({
    "/goodbye": ({ stream }, response) => {
      setTimeout(() => stream.session?.goaway(0), 20);
      setTimeout(() => response.end("bye"), 60);
    },
    "/late": late(80),
  });

  it("answers what is under way, whatever the methods, and nothing is sent twice", async () => {
    const backend = await start(goodbye);
    const transport = openTransport();
    const send = (path: string, method: string): Promise<WireAnswer> =>
      transport.send(toRequest(backend, { path, method }));
    await send("/", "GET");
    const running = [send("/late", "GET"), send("/late", "POST"), send("/goodbye", "POST"), send("/late", "PUT")];
    expect((await Promise.all(running)).map(textOf)).toEqual(["late", "late", "bye", "late"]);
    expect(backend.requests).toHaveLength(5);
  });

  it("is called over another connection from then on", async () => {
    const backend = await start(goodbye);
    const transport = openTransport();
    const first = transport.send(toRequest(backend, { path: "/goodbye" }));
    await expect.poll(() => backend.requests.length).toBe(1);
    await sleep(40);
    await transport.send(toRequest(backend, { method: "POST" }));
    expect(textOf(await first)).toBe("bye");
    expect(backend.requests.map(({ connection }) => connection)).toEqual([1, 2]);
  });

  it("gets what it has not looked at once more, whatever the method", async () => {
    let refusals = 0;
    const backend = await start(
      byPath({
        "/refused": ({ stream }, response) => {
          refusals += 1;
          if (refusals > 1) response.end("at last");
          // REFUSED_STREAM
          else stream.close(7);
        },
      }),
    );
    const answer = await openTransport().send(toRequest(backend, { path: "/refused", method: "POST", body: "a" }));
    expect([textOf(answer), backend.requests.length]).toEqual(["at last", 2]);
  });

  it("gets it three times at most", async () => {
    const backend = await start(({ stream }) => stream.close(7));
    const error = await failureOf(openTransport().send(toRequest(backend)));
    expect(error).toMatchObject({ failure: "unreachable", sent: true });
    expect(backend.requests).toHaveLength(3);
  });

  it("loses no call when it is started anew, of those that may be repeated", async () => {
    const first = await start(late(5));
    const transport = openTransport();
    const statuses: number[] = [];
    let running = true;
    const call = async (): Promise<void> => {
      while (running) statuses.push((await transport.send(toRequest(first, { replayable: true }))).status);
    };
    const calls = Promise.all(Array.from({ length: 10 }, call));
    await expect.poll(() => statuses.length).toBeGreaterThan(50);
    for (const session of first.sessions) session.close();
    await expect.poll(() => first.connections).toBe(2);
    await expect.poll(() => statuses.length).toBeGreaterThan(150);
    running = false;
    await calls;
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(first.requests).toHaveLength(statuses.length);
  });
});

describe("a connection that breaks", () => {
  const broken = byPath({ "/silent": silent });
  const breakAll = (backend: Http2Backend): void => {
    for (const socket of backend.sockets) socket.resetAndDestroy();
  };

  it("gives the typed error to every call over it, and sends none again", async () => {
    const backend = await start(broken);
    const transport = openTransport();
    await transport.send(toRequest(backend));
    const sent = ["GET", "POST"].map((method) => transport.send(toRequest(backend, { path: "/silent", method })));
    const failures = Promise.all(sent.map(failureOf));
    await expect.poll(() => backend.requests.length).toBe(3);
    breakAll(backend);
    for (const error of await failures) expect(error).toMatchObject({ failure: "unreachable", sent: true });
    expect((await transport.send(toRequest(backend))).status).toBe(200);
    expect(pathsOf(backend)).toEqual(["/", "/silent", "/silent", "/"]);
  });

  it("is replaced for what may be repeated, once", async () => {
    const backend = await start(broken);
    const transport = openTransport();
    await transport.send(toRequest(backend));
    const sent = failureOf(transport.send(toRequest(backend, { path: "/silent", replayable: true })));
    await expect.poll(() => backend.requests.length).toBe(2);
    breakAll(backend);
    await expect.poll(() => backend.requests.length).toBe(3);
    breakAll(backend);
    expect(await sent).toMatchObject({ failure: "unreachable" });
    expect(pathsOf(backend)).toEqual(["/", "/silent", "/silent"]);
  });

  it("is noticed when the server is gone without a word, and no later call waits for it", async () => {
    const backend = await start(broken);
    const relay = await startRelay(backend.port);
    onTestFinished(() => relay.close());
    const transport = openTransport();
    const connections = someConnections({ http2: true, connectTimeoutMs: 600 });
    const there = { url: `https://127.0.0.1:${relay.port}` };
    const send = (timeoutMs: number): Promise<WireAnswer> =>
      transport.send(toRequest(there, { connections, timeoutMs }));
    await send(5_000);
    relay.slowDown(60_000);
    expect(await failureOf(send(100))).toMatchObject({ failure: "timeout" });
    relay.slowDown(0);
    await sleep(700);
    expect((await send(5_000)).status).toBe(200);
    expect(backend.connections).toBe(2);
  });

  it("ends a call in time when the server is silent after the handshake", async () => {
    const backend = await start(silent);
    const error = await failureOf(openTransport().send(toRequest(backend, { timeoutMs: 400 })));
    expect(error).toMatchObject({ failure: "timeout", sent: true });
  });
});

describe("a call that is given up", () => {
  const quiet = byPath({ "/silent": silent });

  it.each([
    ["by its deadline", () => ({ timeoutMs: 100 }), { failure: "timeout", sent: true }],
    ["by its signal", () => ({ cancellations: [cancelledBy(AbortSignal.timeout(100))] }), { name: "TimeoutError" }],
  ])("%s ends its stream at the server, and not the connection", async (_how, give, expected) => {
    const backend = await start(quiet);
    const transport = openTransport();
    const closed: number[] = [];
    await transport.send(toRequest(backend));
    for (const session of backend.sessions) {
      session.on("stream", (stream) => stream.on("close", () => closed.push(stream.rstCode)));
    }
    const beside = transport.send(toRequest(backend, { path: "/late" }));
    const error = await failureOf(transport.send(toRequest(backend, { path: "/silent", ...give() })));
    expect(error).toMatchObject(expected);
    // CANCEL
    await expect.poll(() => closed).toContain(8);
    expect((await beside).status).toBe(200);
    await transport.send(toRequest(backend));
    expect(backend.connections).toBe(1);
  });

  it("before there is a connection is not sent", async () => {
    const backend = await start(quiet);
    const controller = new AbortController();
    const transport = openTransport();
    const sent = failureOf(transport.send(toRequest(backend, { cancellations: [cancelledBy(controller.signal)] })));
    controller.abort(new Error("given up"));
    expect(await sent).toMatchObject({ message: "given up" });
    await transport.send(toRequest(backend, { path: "/next" }));
    expect(pathsOf(backend)).toEqual(["/next"]);
  });
});

describe("an answer that is cut off", () => {
  const part =
    (end: Http2Handler): Http2Handler =>
    (request, response) => {
      response.writeHead(200);
      response.write("a part");
      setTimeout(() => end(request, response), 20);
    };

  it.each<[string, Http2Handler]>([
    ["without an error", ({ stream }) => stream.destroy()],
    ["with an error", ({ stream }) => stream.destroy(new Error("broken"))],
    ["with its connection", ({ stream }) => stream.session?.destroy()],
  ])("is never given for whole: %s", async (_how, end) => {
    const backend = await start(part(end));
    const error = await failureOf(openTransport().send(toRequest(backend)));
    expect(error).toMatchObject({ failure: "unreachable", sent: true });
  });

  it("ends a stream with the error", async () => {
    const backend = await start(part(({ stream }) => stream.destroy()));
    const { stream } = await openTransport().send(toRequest(backend, { streams: true }));
    const error = await failureOf(text(stream ?? Readable.from([])));
    expect(error).toMatchObject({ failure: "unreachable" });
  });
});
