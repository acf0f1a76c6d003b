import { AsyncLocalStorage } from "node:async_hooks";
import { once } from "node:events";
import { createServer } from "node:https";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import tls from "node:tls";
import { inspect } from "node:util";
import { beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { createServerFetch } from "../../packages/behalf/src/lib/transport/server-fetch.ts";
import { createTransport } from "../../packages/behalf/src/lib/transport/transport.ts";
import type { WireRequest } from "../../packages/behalf/src/lib/transport/wire.ts";
import {
  type ConnectionIdentity,
  createConnectionIdentity,
} from "../../packages/behalf/src/lib/values/connection-identity.ts";
import { Secret } from "../../packages/behalf/src/lib/values/secret.ts";
import { type CertificateAuthority, createCertificateAuthority, type KeyPair } from "../support/certificates.ts";
import { answer, type Backend } from "../support/scripted-backend.ts";
import { openTransport, toWireRequest } from "../support/send-over-transport.ts";
import { startOneBackend } from "../support/start-servers.ts";

/** Which of the two depends on whether the server sends its authority's certificate along. */
const unknownAuthority: unknown = expect.stringMatching(
  /^(SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_VERIFY_LEAF_SIGNATURE)$/,
);

let authority: CertificateAuthority;
let orders: KeyPair;

beforeAll(async () => {
  authority = await createCertificateAuthority();
  orders = await authority.issueClient("orders");
});

const startTlsBackend = async (): Promise<Backend> =>
  startOneBackend({ tls: { ...(await authority.issueServer()), clientCa: authority.certificate } });

const identify = (): ConnectionIdentity =>
  createConnectionIdentity({
    slot: "a",
    certificate: orders.certificate,
    privateKey: new Secret(orders.privateKey),
    ca: authority.certificate,
  });

const failureOf = (url: string, changes: Partial<WireRequest> = {}): Promise<unknown> =>
  openTransport()
    .send(toWireRequest(url, changes))
    .catch((error: unknown) => error);

const throwing = (url: string, request: object = {}): Promise<unknown> =>
  createServerFetch(openTransport())(url, { method: "POST", headers: {}, body: "a=1", ...request }).catch(
    (error: unknown) => error,
  );

/** A server that takes no connection without a certificate. */
async function startStrictServer(): Promise<string> {
  const { certificate: cert, privateKey: key } = await authority.issueServer();
  const server = createServer({ cert, key, ca: authority.certificate, requestCert: true }, (_request, response) =>
    response.end("{}"),
  ).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe("a server", () => {
  it("of an unknown authority is refused before anything is sent", async () => {
    const backend = await startTlsBackend();
    const { certificate: ca } = await createCertificateAuthority("Another authority");
    for (const identity of [undefined, createConnectionIdentity({ slot: "a", ca })]) {
      expect(await failureOf(backend.url, { identity })).toMatchObject({
        failure: "unreachable",
        sent: false,
        cause: { name: "Error", code: unknownAuthority },
      });
    }
    expect(backend.requests).toHaveLength(0);
  });

  it("that wants a certificate refuses who shows none, and takes who shows one", async () => {
    const url = await startStrictServer();
    const identity = createConnectionIdentity({ slot: "a", ca: authority.certificate });
    const error = await failureOf(url, { identity });
    expect(error).toMatchObject({ name: "TransportError", failure: "unreachable" });
    const { cause } = error as Error;
    expect(Object.keys(cause as object).every((name) => name === "name" || name === "code")).toBe(true);
    expect((await openTransport().send(toWireRequest(url, { identity: identify() }))).status).toBe(200);
  });

  it("is sent nothing when key and certificate do not fit each other", async () => {
    const backend = await startTlsBackend();
    const other = await authority.issueClient("other");
    const identity = { ...identify(), key: "unchecked", privateKey: new Secret(other.privateKey) };
    const error = await failureOf(backend.url, { identity });
    expect(error).toMatchObject({
      failure: "unreachable",
      sent: false,
      cause: { code: "ERR_OSSL_X509_KEY_VALUES_MISMATCH" },
    });
    expect(backend.connections).toBe(0);
    expect(inspect(error, { depth: 9 })).not.toContain("PRIVATE KEY");
  });
});

describe("a failure tells that nothing was sent", () => {
  it("when the connection is refused", async () => {
    const backend = await startOneBackend();
    await backend.close();
    expect(await failureOf(backend.url)).toMatchObject({ failure: "unreachable", sent: false });
  });

  it("when the time runs out before there is a connection", async () => {
    const silent = createTcpServer((socket) => socket.resume().on("error", () => {})).listen(0, "127.0.0.1");
    await once(silent, "listening");
    onTestFinished(() => void silent.close());
    const url = `https://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    expect(await failureOf(url, { timeoutMs: 10 })).toMatchObject({
      failure: "timeout",
      sent: false,
    });
  });

  it("when HTTP cannot carry the request", async () => {
    const backend = await startOneBackend();
    expect(await failureOf(backend.url, { path: "/a b" })).toMatchObject({ failure: "unreachable", sent: false });
  });

  it("when the transport is closed", async () => {
    const transport = openTransport();
    await transport.close();
    await expect(transport.send(toWireRequest("http://127.0.0.1:9"))).rejects.toMatchObject({ sent: false });
  });
});

describe("a failure tells that something may have been sent", () => {
  it.each([
    ["the connection is lost", answer.drop(), {}],
    ["the answer breaks off", answer.dropAfter("half"), {}],
    ["the time runs out", answer.hang(), { timeoutMs: 30 }],
    ["the answer is too large", answer.echo(), { maxBytes: 1 }],
  ])("when %s", async (_case, handler, changes) => {
    const backend = await startOneBackend({ handler });
    expect(await failureOf(backend.url, { method: "POST", body: "a=1", ...changes })).toMatchObject({ sent: true });
  });
});

describe("createServerFetch", () => {
  it("connects by the identity of the request", async () => {
    const backend = await startTlsBackend();
    const fetch = createServerFetch(openTransport());
    await fetch(`${backend.url}/token`, { method: "POST", headers: {}, body: "a=1", identity: identify() });
    expect(backend.request()).toMatchObject({ body: "a=1", certificate: { thumbprint: orders.thumbprint } });
  });

  it("gives a TypeError that tells whether anything was sent, and of the cause name and code", async () => {
    const [backend, gone] = [await startTlsBackend(), await startOneBackend()];
    await gone.close();
    const untrusted = await throwing(backend.url);
    expect(untrusted).toBeInstanceOf(TypeError);
    expect(untrusted).toMatchObject({ sent: false, cause: { name: "Error", code: unknownAuthority } });
    expect(await throwing(gone.url)).toMatchObject({ name: "TypeError", sent: false, cause: { code: "ECONNREFUSED" } });
    backend.handle(answer.drop());
    const lost = await throwing(backend.url, { identity: identify() });
    expect(lost).toMatchObject({ name: "TypeError", sent: true });
    expect(Object.hasOwn(lost as object, "sent")).toBe(true);
  });
});

describe("connections of an identity", () => {
  it("come about outside of any request", async () => {
    const storage = new AsyncLocalStorage<string>();
    const backend = await startTlsBackend();
    const seen: unknown[] = [];
    const connecting = tls.connect;
    const spy = vi.spyOn(tls, "connect").mockImplementation((...given: Parameters<typeof tls.connect>) => {
      seen.push(storage.getStore());
      return connecting(...given);
    });
    onTestFinished(() => spy.mockRestore());
    const transport = createTransport({ connectTimeoutMs: 1_000 });
    onTestFinished(() => transport.close());
    await storage.run("a request", () => transport.send(toWireRequest(backend.url, { identity: identify() })));
    expect(seen).toEqual([undefined]);
  });
});
