import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { HttpClientOptions } from "behalf";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type ScriptedAs, startScriptedAs } from "../../support/scripted-as.ts";
import { openTransport } from "../../support/send-over-transport.ts";
import { type Backend, openBackend } from "./open-backend.ts";
import { type Script, type ScriptedServer, startScriptedServer } from "./scripted-server.ts";
import { head, sends } from "./vocabulary.ts";

let as: ScriptedAs;

beforeAll(async () => {
  as = await startScriptedAs();
});
afterAll(() => as.close());

interface Opened {
  readonly server: ScriptedServer;
  readonly call: () => ReturnType<ReturnType<Backend["endpoint"]>["get"]>;
}

/** An API whose streams may stand still for so long, in milliseconds. */
async function open(script: Script, streamIdleMs: number): Promise<Opened> {
  const server = await startScriptedServer();
  const backend = openBackend({ as, server, script });
  const clientOptions = new HttpClientOptions({ authConfig: backend.authConfig }).withTransport(
    openTransport({ streamIdleMs }),
  );
  return { server, call: () => backend.endpoint("fault").get({ clientOptions }) };
}

describe("a stream that stands still", () => {
  it.each<[string, Script]>([
    ["a length", sends(head("content-length: 10"), "half")],
    ["chunks", sends(head("transfer-encoding: chunked"), "4\r\nhalf\r\n")],
    ["a coding", sends(head("content-encoding: gzip", "content-length: 99"), gzipSync("half").subarray(0, 15))],
    ["nothing but a head", sends(head("content-length: 10"))],
  ])("ends in time with the error of the service, and closes its connection: with %s", async (_case, script) => {
    const { server, call } = await open(script, 200);
    const stream = await call().stream().unwrap();
    const begunAt = performance.now();
    expect(server.open.size).toBe(1);
    await expect(text(stream)).rejects.toMatchObject({
      name: "BackendUnreachableError",
      code: "BEHALF_BACKEND_TIMEOUT",
      service: "backend",
      endpoint: "fault",
    });
    const stoodStillMs = performance.now() - begunAt;
    expect(stoodStillMs).toBeGreaterThan(100);
    expect(stoodStillMs).toBeLessThan(5_000);
    await vi.waitFor(() => expect(server.open.size).toBe(0));
  });

  it("ends for who comes late, and for nobody", async () => {
    const { server, call } = await open(sends(head("content-length: 10"), "half"), 200);
    const stream = await call().stream().unwrap();
    await vi.waitFor(() => expect(server.open.size).toBe(0), { timeout: 5_000 });
    await expect(text(stream)).rejects.toMatchObject({ code: "BEHALF_BACKEND_TIMEOUT" });
  });

  it("goes on when something comes in time, however long that takes in all", async () => {
    const { call } = await open(({ socket }) => {
      socket.write(head("content-length: 20"));
      let sent = 0;
      const sending = setInterval(() => {
        socket.write("x");
        sent += 1;
        if (sent === 20) clearInterval(sending);
      }, 100);
    }, 600);
    expect(await text(await call().stream().unwrap())).toBe("x".repeat(20));
  });

  it("goes on when it is the reader who stands still", async () => {
    const bytes = "x".repeat(8 * 1024 * 1024);
    const { call } = await open(sends(head(`content-length: ${bytes.length}`), bytes), 200);
    const stream = await call().stream().unwrap();
    await sleep(2_000);
    expect(await text(stream)).toHaveLength(bytes.length);
  });
});
