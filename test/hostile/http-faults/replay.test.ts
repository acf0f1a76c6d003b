import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { createCertificateAuthority } from "../../support/certificates.ts";
import { type ScriptedAs, startScriptedAs } from "../../support/scripted-as.ts";
import { type Backend, openBackend, read } from "./open-backend.ts";
import { type Script, type ScriptedServer, startScriptedServer } from "./scripted-server.ts";
import { body, ends, good, sends, unreachable } from "./vocabulary.ts";

let as: ScriptedAs;

beforeAll(async () => {
  as = await startScriptedAs();
});
afterAll(() => as.close());

const fine = body("fine");
const countFaults = ({ paths }: ScriptedServer): number => paths.filter((path) => path === "/fault").length;

/** Answers from the second request on. */
const failsOnce =
  (fail: Script): Script =>
  (turn) =>
    turn.round === 0 ? fail(turn) : sends(good("ok"))(turn);

const closes: Script = ends();
const resets: Script = ({ reset }) => reset();

/** A backend with this many connections that were used. */
async function openUsed(script: Script, connections = 1): Promise<{ server: ScriptedServer; backend: Backend }> {
  const server = await startScriptedServer();
  const backend = openBackend({ as, server, script });
  const calls = Array.from({ length: connections }, () => read(backend.endpoint("next").get(), "text"));
  expect(await Promise.all(calls)).toEqual(calls.map(() => fine));
  await sleep(10);
  return { server, backend };
}

describe.each([
  ["closed", closes],
  ["reset", resets],
])("a used connection that is %s as the request arrives", (_end, fail) => {
  it.each(["get", "delete", "put", "head"] as const)("has %s sent once more", async (method) => {
    const { server, backend } = await openUsed(failsOnce(fail));
    expect(await read(backend.endpoint("fault")[method](), "text")).toEqual(body(method === "head" ? "" : "ok"));
    expect([countFaults(server), server.connections]).toEqual([2, 2]);
  });

  it.each(["post", "patch"] as const)("does not have %s sent once more", async (method) => {
    const { server, backend } = await openUsed(failsOnce(fail));
    expect(await read(backend.endpoint("fault")[method]({ json: 1 }), "text")).toEqual(unreachable);
    expect(countFaults(server)).toBe(1);
  });

  it("has a body in memory sent once more, and a stream not", async () => {
    const { server, backend } = await openUsed(failsOnce(fail));
    expect(await read(backend.endpoint("fault").put({ json: { a: 1 } }), "text")).toEqual(body("ok"));
    expect(countFaults(server)).toBe(2);
    const other = await openUsed(failsOnce(fail));
    const call = other.backend.endpoint("fault").put({ body: Readable.from(["a", "b"]) });
    expect(await read(call, "text")).toEqual(unreachable);
    expect(countFaults(other.server)).toBe(1);
  });

  it("has nothing sent a third time", async () => {
    const { server, backend } = await openUsed(fail);
    expect(await read(backend.endpoint("fault").get(), "text")).toEqual(unreachable);
    await sleep(30);
    expect(countFaults(server)).toBe(2);
  });

  it("has the answer come as a stream too", async () => {
    const { server, backend } = await openUsed(failsOnce(fail));
    expect(await read(backend.endpoint("fault").get(), "stream")).toEqual(body("ok"));
    expect(countFaults(server)).toBe(2);
  });

  it("is told in the record of the call", async () => {
    const { backend } = await openUsed(failsOnce(fail));
    const records: unknown[] = [];
    const listener = (record: unknown): void => void records.push(record);
    subscribe("behalf:call", listener);
    onTestFinished(() => void unsubscribe("behalf:call", listener));
    expect(await read(backend.endpoint("fault").get(), "text")).toEqual(body("ok"));
    expect(records).toMatchObject([{ attempts: 2, resentAfter: "connection" }]);
  });
});

describe("a new connection", () => {
  it.each([
    ["closes", closes],
    ["is reset", resets],
  ])("that %s before the answer has nothing sent once more", async (_end, fail) => {
    const server = await startScriptedServer();
    const backend = openBackend({ as, server, script: failsOnce(fail) });
    expect(await read(backend.endpoint("fault").get(), "text")).toEqual(unreachable);
    expect(countFaults(server)).toBe(1);
  });
});

describe("what is sent once more", () => {
  it.each([
    ["a byte of the answer", ends("H")],
    ["a status of 1xx", ends("HTTP/1.1 103 Early Hints\r\n\r\n")],
  ])("is nothing after %s", async (_case, fail) => {
    const { server, backend } = await openUsed(failsOnce(fail));
    expect(await read(backend.endpoint("fault").get(), "text")).toEqual(unreachable);
    expect(countFaults(server)).toBe(1);
  });

  it("is bound by the same deadline", async () => {
    const { server, backend } = await openUsed((turn) => {
      if (turn.round === 0) setTimeout(() => turn.reset(), 200);
    });
    const startedAt = performance.now();
    expect(await read(backend.endpoint("fault").get({ timeoutMs: 1_000 }), "text")).toEqual({
      code: "BEHALF_BACKEND_TIMEOUT",
    });
    expect(performance.now() - startedAt).toBeLessThan(3_000);
    expect(countFaults(server)).toBe(2);
  });

  it("goes over no connection that may be dead too, however many are", async () => {
    const { server, backend } = await openUsed(sends(good("ok")), 30);
    const dead = new Set(server.open);
    server.on("/fault", (turn) => (dead.has(turn.socket) ? turn.reset() : sends(good("ok"))(turn)));
    const calls = Array.from({ length: 10 }, () => read(backend.endpoint("fault").get(), "text"));
    expect(await Promise.all(calls)).toEqual(calls.map(() => body("ok")));
    expect(countFaults(server)).toBe(20);
  });

  it("leaves no connection behind", async () => {
    const { server, backend } = await openUsed(failsOnce(resets));
    expect(await read(backend.endpoint("fault").get(), "text")).toEqual(body("ok"));
    await sleep(20);
    expect(server.open.size).toBe(0);
  });

  it("is a request of any method that was not sent at all", async () => {
    const { server, backend } = await openUsed(sends(good("ok")));
    // From a timer, the end of the connection is read before the request is written.
    await sleep(1);
    for (const socket of server.open) socket.resetAndDestroy();
    expect(await read(backend.endpoint("fault").post({ json: 1 }), "text")).toEqual(body("ok"));
    expect(countFaults(server)).toBe(1);
  });
});

describe("over TLS, a used connection", () => {
  it.each([
    ["closed", closes],
    ["reset", resets],
    ["cut off without a goodbye", ({ socket }: Parameters<Script>[0]) => void socket.destroy()],
  ])("that is %s as the request arrives has it sent once more", async (_end, fail) => {
    const authority = await createCertificateAuthority();
    const server = await startScriptedServer(await authority.issueServer());
    const backend = openBackend({ as, server, script: failsOnce(fail), ca: authority.certificate });
    expect(await read(backend.endpoint("next").get(), "text")).toEqual(fine);
    await sleep(10);
    expect(await read(backend.endpoint("fault").get(), "text")).toEqual(body("ok"));
    expect(countFaults(server)).toBe(2);
  });

  it("that is new has nothing sent once more", async () => {
    const authority = await createCertificateAuthority();
    const server = await startScriptedServer(await authority.issueServer());
    const backend = openBackend({ as, server, script: failsOnce(resets), ca: authority.certificate });
    expect(await read(backend.endpoint("fault").get(), "text")).toEqual(unreachable);
    expect(countFaults(server)).toBe(1);
  });
});
