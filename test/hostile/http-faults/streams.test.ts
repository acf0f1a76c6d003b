import { once } from "node:events";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { createCertificateAuthority } from "../../support/certificates.ts";
import { type ScriptedAs, startScriptedAs } from "../../support/scripted-as.ts";
import { type Backend, openBackend, read } from "./open-backend.ts";
import { type Script, type ScriptedServer, type ServerKeys, startScriptedServer } from "./scripted-server.ts";
import { body, head, resets, sends, unreachable } from "./vocabulary.ts";

let as: ScriptedAs;

beforeAll(async () => {
  as = await startScriptedAs();
});
afterAll(() => as.close());

interface Opened {
  readonly server: ScriptedServer;
  readonly backend: Backend;
}

async function open(script: Script, keys?: ServerKeys & { readonly ca: string }): Promise<Opened> {
  const server = await startScriptedServer(keys);
  return { server, backend: openBackend({ as, server, script, ...(keys ? { ca: keys.ca } : {}) }) };
}

async function createKeys(): Promise<ServerKeys & { readonly ca: string }> {
  const authority = await createCertificateAuthority();
  return { ...(await authority.issueServer()), ca: authority.certificate };
}

const half = head("content-length: 10");
const gone = {
  name: "BackendUnreachableError",
  code: "BEHALF_BACKEND_UNREACHABLE",
  service: "backend",
  endpoint: "fault",
};

describe("a stream whose backend goes away in the middle", () => {
  it.each([
    ["by a reset", resets(half, "half")],
    ["in order, but early", ({ socket }: Parameters<Script>[0]) => void socket.end(`${half}half`)],
    ["in the middle of a chunk", resets(head("transfer-encoding: chunked"), "4\r\nha")],
    ["in the middle of a coded body", sendsCodedHalf],
  ])("%s ends with the error of the service", async (_case, script) => {
    const { backend } = await open(script);
    const stream = await backend.endpoint("fault").get().stream().unwrap();
    await expect(text(stream)).rejects.toMatchObject(gone);
  });

  it("ends with it for who comes late", async () => {
    const { backend } = await open(resets(half, "half"));
    const stream = await backend.endpoint("fault").get().stream().unwrap();
    await vi.waitFor(() => expect(stream.errored).toMatchObject(gone));
    await expect(text(stream)).rejects.toMatchObject(gone);
  });

  it("ends the body of fetch with it too", async () => {
    const { backend } = await open(resets(half, "half"));
    const response = await backend.fetch("/fault");
    await expect(response.text()).rejects.toMatchObject({ code: "BEHALF_BACKEND_UNREACHABLE" });
  });

  it("that is coded in a way that cannot be read ends with that", async () => {
    const bytes = Buffer.from("this is no gzip");
    const { backend } = await open(sends(head("content-encoding: gzip", `content-length: ${bytes.length}`), bytes));
    const stream = await backend.endpoint("fault").get().stream().unwrap();
    await expect(text(stream)).rejects.toMatchObject({
      name: "BackendError",
      code: "BEHALF_BACKEND_UNREADABLE",
      service: "backend",
    });
  });
});

function sendsCodedHalf({ socket }: Parameters<Script>[0]): void {
  socket.write(head("content-encoding: gzip", "content-length: 9999"));
  socket.end(gzipSync("x".repeat(1_000)).subarray(0, 15));
}

describe("a stream whose reader goes away", () => {
  it.each([
    ["plain", sends(head("content-length: 99"), "half")],
    ["coded", sends(head("content-encoding: gzip", "content-length: 99"), gzipSync("half").subarray(0, 15))],
  ])("ends the request to the backend: %s", async (_case, script) => {
    const { backend, server } = await open(script);
    const stream = await backend.endpoint("fault").get().stream().unwrap();
    await sleep(20);
    const [connection] = server.open;
    const startedAt = performance.now();
    stream.destroy();
    await vi.waitFor(() => expect(connection?.destroyed).toBe(true), { interval: 1 });
    console.log(`the request ended ${(performance.now() - startedAt).toFixed(1)} ms after its reader had gone`);
    expect(await read(backend.endpoint("next").get(), "text")).toEqual(body("fine"));
  });

  it("ends it by the response of fetch too", async () => {
    const { backend, server } = await open(sends(head("content-length: 99"), "half"));
    const response = await backend.fetch("/fault");
    const [connection] = server.open;
    await response.body?.cancel();
    await vi.waitFor(() => expect(connection?.destroyed).toBe(true));
  });
});

describe("a body that is on its way up", () => {
  const endless = (): Readable =>
    new Readable({
      read() {
        this.push(Buffer.alloc(65_536));
      },
    });

  it("ends with an answer that came before its end", async () => {
    const { backend } = await open(sends("HTTP/1.1 413 Content Too Large\r\ncontent-length: 0\r\n\r\n"));
    const up = endless();
    expect(await backend.endpoint("fault").post({ body: up })).toMatchObject({ ok: false, error: { status: 413 } });
    if (!up.destroyed) await once(up, "close");
    expect(await read(backend.endpoint("next").get(), "text")).toEqual(body("fine"));
  });

  it("ends when the backend goes away", async () => {
    const { backend } = await open(({ reset }) => void setTimeout(reset, 20));
    const up = endless();
    expect(await read(backend.endpoint("fault").post({ body: up }), "text")).toEqual(unreachable);
    await vi.waitFor(() => expect(up.destroyed).toBe(true));
  });

  it("ends at the deadline", async () => {
    const { backend } = await open(() => {});
    const up = endless();
    const call = backend.endpoint("fault").post({ body: up, timeoutMs: 100 });
    expect(await read(call, "text")).toEqual({ code: "BEHALF_BACKEND_TIMEOUT" });
    await vi.waitFor(() => expect(up.destroyed).toBe(true));
  });
});

describe("a TLS connection that is cut off without a goodbye", () => {
  const cutsOff =
    (...parts: readonly string[]): Script =>
    ({ socket, cut }) => {
      for (const part of parts) socket.write(part);
      setTimeout(cut, 20);
    };

  it.each([
    ["a length", cutsOff(half, "half")],
    ["chunks", cutsOff(head("transfer-encoding: chunked"), "4\r\nhalf\r\n")],
  ])("is no end of a body with %s", async (_case, script) => {
    const { backend } = await open(script, await createKeys());
    expect(await read(backend.endpoint("fault").get(), "text")).toEqual(unreachable);
    expect(await read(backend.endpoint("next").get(), "text")).toEqual(body("fine"));
  });

  // Node does not tell it from an end in order, and undici goes by that.
  it("is the end of a body that has no length", async () => {
    const { backend } = await open(cutsOff(head("connection: close"), "half"), await createKeys());
    expect(await read(backend.endpoint("fault").get(), "text")).toEqual(body("half"));
  });

  it("by a reset is no end of a body that has no length", async () => {
    const { backend } = await open(resets(head("connection: close"), "half"), await createKeys());
    expect(await read(backend.endpoint("fault").get(), "text")).toEqual(unreachable);
  });

  it("after a whole answer harms nobody", async () => {
    const { backend } = await open(cutsOff(head("content-length: 2"), "ok"), await createKeys());
    expect(await read(backend.endpoint("fault").get(), "text")).toEqual(body("ok"));
    await sleep(40);
    expect(await read(backend.endpoint("next").get(), "text")).toEqual(body("fine"));
  });
});
