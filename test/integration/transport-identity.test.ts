import { setTimeout as sleep } from "node:timers/promises";
import { beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { createPools } from "../../packages/behalf/src/lib/transport/pools.ts";
import { createTransport, type Transport } from "../../packages/behalf/src/lib/transport/transport.ts";
import {
  type ConnectionIdentity,
  createConnectionIdentity,
} from "../../packages/behalf/src/lib/values/connection-identity.ts";
import { Secret } from "../../packages/behalf/src/lib/values/secret.ts";
import { type CertificateAuthority, createCertificateAuthority, type KeyPair } from "../support/certificates.ts";
import { answer, type Backend, type BackendHandler, type BackendOptions } from "../support/scripted-backend.ts";
import { toWireRequest } from "../support/send-over-transport.ts";
import { startOneBackend } from "../support/start-servers.ts";

let authority: CertificateAuthority;
let orders: KeyPair;
let billing: KeyPair;

beforeAll(async () => {
  authority = await createCertificateAuthority();
  [orders, billing] = await Promise.all([authority.issueClient("orders"), authority.issueClient("billing")]);
});

async function startTlsBackend(options: BackendOptions = {}): Promise<Backend> {
  const server = await authority.issueServer();
  return startOneBackend({ ...options, tls: { ...server, clientCa: authority.certificate } });
}

const identify = (slot: string, { certificate, privateKey }: KeyPair): ConnectionIdentity =>
  createConnectionIdentity({ slot, certificate, privateKey: new Secret(privateKey), ca: authority.certificate });

/** A transport for many handshakes at once, of which both ends are in this very process. */
const openPatient = (identityIdleMs?: number): Transport => {
  const transport = createTransport({ connectTimeoutMs: 20_000, ...(identityIdleMs && { identityIdleMs }) });
  onTestFinished(() => transport.close());
  return transport;
};

/** Answers wait until it opens. */
function createGate(): { readonly handler: BackendHandler; readonly open: () => void } {
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { handler: (request, response) => opened.then(() => answer.echo()(request, response)), open };
}

const thumbprints = ({ requests }: Backend): unknown[] => requests.map(({ certificate }) => certificate?.thumbprint);

describe("an identity", () => {
  it("shows its certificate, which the server trusts", async () => {
    const backend = await startTlsBackend();
    const { status } = await openPatient().send(toWireRequest(backend.url, { identity: identify("a", orders) }));
    expect(status).toBe(200);
    expect(backend.request().certificate).toEqual({ thumbprint: orders.thumbprint, trusted: true });
  });

  it("without a certificate shows none, and trusts its own authority", async () => {
    const backend = await startTlsBackend();
    const identity = createConnectionIdentity({ slot: "a", ca: authority.certificate });
    await openPatient().send(toWireRequest(backend.url, { identity }));
    expect(backend.request().certificate).toBeUndefined();
  });

  it("never shares a connection with another one", async () => {
    const backend = await startTlsBackend({ handler: answer.delay(2) });
    const transport = openPatient();
    const identities = { orders: identify("orders", orders), billing: identify("billing", billing) };
    const names = Array.from({ length: 200 }, (_, index) => (index % 2 === 0 ? "orders" : "billing"));
    const sendAs = (name: "orders" | "billing"): Promise<unknown> =>
      transport.send(toWireRequest(backend.url, { headers: ["x-name", name], identity: identities[name] }));
    for (let round = 0; round < 2; round++)
      await Promise.all(names.map((name) => sendAs(name as "orders" | "billing")));

    const expected: Readonly<Record<string, string>> = { orders: orders.thumbprint, billing: billing.thumbprint };
    const shown = backend.requests.map(({ headers, certificate }) => [headers["x-name"], certificate?.thumbprint]);
    expect(shown).toHaveLength(400);
    for (const [name, thumbprint] of shown) expect(thumbprint).toBe(expected[String(name)]);
    const byConnection = new Map<number, Set<unknown>>();
    for (const { connection, headers } of backend.requests) {
      byConnection.set(connection, (byConnection.get(connection) ?? new Set()).add(headers["x-name"]));
    }
    expect([...byConnection.values()].every((users) => users.size === 1)).toBe(true);
    expect(byConnection.size).toBeLessThan(400);
  });

  it("never shares a connection with who has none", async () => {
    const backend = await startOneBackend();
    const transport = openPatient();
    await transport.send(toWireRequest(backend.url));
    await sleep(20);
    await transport.send(toWireRequest(backend.url, { identity: createConnectionIdentity({ slot: "a" }) }));
    expect(new Set(backend.requests.map(({ connection }) => connection)).size).toBe(2);
  });

  it("uses its connections again, also when it is read anew", async () => {
    const backend = await startTlsBackend();
    const transport = openPatient();
    for (let count = 0; count < 6; count++) {
      await transport.send(toWireRequest(backend.url, { identity: identify("a", orders) }));
    }
    // A connection is free a moment after its answer has ended, so that the next request finds a second one.
    expect(backend.connections).toBeLessThanOrEqual(2);
  });
});

describe("a renewed identity", () => {
  it("connects at once, while running requests end over the old connections, which then close", async () => {
    const gate = createGate();
    const backend = await startTlsBackend({ handler: gate.handler });
    const transport = openPatient();
    const send = (identity: ConnectionIdentity): Promise<{ readonly status: number }> =>
      transport.send(toWireRequest(backend.url, { identity }));
    const before = Array.from({ length: 10 }, () => send(identify("a", orders)));
    await vi.waitFor(() => expect(backend.requests).toHaveLength(10));
    backend.handle(answer.echo());
    const after = await Promise.all(Array.from({ length: 10 }, () => send(identify("a", billing))));

    expect(after.every(({ status }) => status === 200)).toBe(true);
    expect(thumbprints(backend).slice(10)).toEqual(Array(10).fill(billing.thumbprint));
    expect(backend.openConnections).toBe(20);
    gate.open();
    expect((await Promise.all(before)).every(({ status }) => status === 200)).toBe(true);
    await vi.waitFor(() => expect(backend.openConnections).toBe(10));
    await send(identify("a", billing));
    expect(backend.connections).toBe(20);
  });

  it("is renewed without a failed request while calls go on", async () => {
    const backend = await startTlsBackend({ handler: answer.delay(3) });
    const transport = openPatient();
    const newest = await authority.issueClient("newest");
    const keys = [orders, billing, newest].map((pair) => identify("a", pair));
    let current = 0;
    const call = async (): Promise<number[]> => {
      const statuses: number[] = [];
      for (let count = 0; count < 30; count++) {
        const identity = keys[current];
        statuses.push((await transport.send(toWireRequest(backend.url, { identity }))).status);
      }
      return statuses;
    };
    const calls = Promise.all(Array.from({ length: 10 }, call));
    for (; current < 2; current++) await sleep(40);
    expect(new Set((await calls).flat())).toEqual(new Set([200]));
    expect(new Set(thumbprints(backend)).size).toBe(3);
    const ofNewest = backend.requests.filter(({ certificate }) => certificate?.thumbprint === newest.thumbprint);
    const { size } = new Set(ofNewest.map(({ connection }) => connection));
    await vi.waitFor(() => expect(backend.openConnections).toBe(size));
  });

  it("keeps its connections when a late request comes with the old key", async () => {
    const backend = await startTlsBackend();
    const transport = openPatient();
    const [old, renewed] = [identify("a", orders), identify("a", billing)];
    for (const identity of [old, renewed, old, renewed, old, renewed, old, renewed]) {
      await transport.send(toWireRequest(backend.url, { identity }));
      await sleep(5);
    }
    expect(thumbprints(backend)).toEqual(Array(4).fill([orders.thumbprint, billing.thumbprint]).flat());
    expect(backend.connections).toBe(3);
  });

  it("leaves the identities of other slots and origins alone", async () => {
    const [backend, other] = [await startTlsBackend(), await startTlsBackend()];
    const transport = openPatient();
    const send = async (url: string, identity: ConnectionIdentity): Promise<void> => {
      await transport.send(toWireRequest(url, { identity }));
      await sleep(5);
    };
    await send(backend.url, identify("b", orders));
    await send(other.url, identify("a", orders));
    await send(backend.url, identify("a", orders));
    await send(backend.url, identify("a", billing));
    await vi.waitFor(() => expect(backend.openConnections).toBe(2));
    expect(other.openConnections).toBe(1);
  });
});

describe("the connections of an identity", () => {
  it("are closed when nobody uses them, and come again", async () => {
    const backend = await startTlsBackend();
    const transport = openPatient(50);
    const request = toWireRequest(backend.url, { identity: identify("a", orders) });
    await transport.send(request);
    await vi.waitFor(() => expect(backend.openConnections).toBe(0), { timeout: 1_000 });
    expect((await transport.send(request)).status).toBe(200);
    expect(backend.connections).toBe(2);
  });

  it("are not idle while a request runs", async () => {
    const gate = createGate();
    const backend = await startTlsBackend({ handler: gate.handler });
    const pools = createPools({ connectTimeoutMs: 20_000, identityIdleMs: 10 });
    const pool = pools.get(backend.url, identify("a", orders));
    const running = new Promise<void>((resolve, reject) => {
      pool.dispatch(
        { path: "/", method: "GET" },
        {
          isWanted: true,
          client: undefined,
          onConnect() {},
          onHeaders: () => true,
          onData: () => true,
          onComplete: () => resolve(),
          onError: reject,
        },
      );
    });
    await vi.waitFor(() => expect(backend.requests).toHaveLength(1));
    await sleep(60);
    expect(pools.get(backend.url, identify("a", orders))).toBe(pool);
    gate.open();
    await running;
    await pools.close();
  });

  it("are closed with the transport, after running requests, those of an old key too", async () => {
    const backend = await startTlsBackend({ handler: answer.delay(60) });
    const transport = openPatient();
    const running = [orders, billing].map((pair) =>
      transport.send(toWireRequest(backend.url, { identity: identify("a", pair) })),
    );
    await vi.waitFor(() => expect(backend.requests).toHaveLength(2));
    await transport.close();
    const statuses = await Promise.all(running.map(async (sent) => (await sent).status));
    expect(statuses).toEqual([200, 200]);
    await vi.waitFor(() => expect(backend.openConnections).toBe(0));
  });
});
