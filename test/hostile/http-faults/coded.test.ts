import { once } from "node:events";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { brotliCompressSync, createGzip, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { toResponse } from "../../../packages/behalf/src/lib/transport/to-response.ts";
import {
  type Coded,
  megabyte,
  openCoded,
  plain,
  readStream,
  sendsCoded,
  toText,
  watchMemory,
  zstd,
} from "./coded-answers.ts";
import { head, sends } from "./vocabulary.ts";

const codings: readonly Coded[] = [
  { coding: "gzip", bytes: gzipSync(plain) },
  { coding: "GZIP", bytes: gzipSync(plain) },
  { coding: "x-gzip", bytes: gzipSync(plain) },
  { coding: "br", bytes: brotliCompressSync(plain) },
  { coding: "deflate", bytes: deflateSync(plain) },
  { coding: "deflate", bytes: deflateRawSync(plain) },
  { coding: "identity", bytes: Buffer.from(plain) },
  { coding: "gzip, br", bytes: brotliCompressSync(gzipSync(plain)) },
  { coding: "identity, deflate , gzip", bytes: gzipSync(deflateRawSync(plain)) },
  ...(zstd ? [{ coding: "zstd", bytes: zstd(plain) }] : []),
];

describe.each(codings)("an answer in $coding", (coded) => {
  it("is expanded in memory, and its headers tell of no coding", async () => {
    const { send } = await openCoded(sendsCoded(coded));
    const answer = await send();
    expect(toText(answer)).toBe(plain);
    if (coded.coding !== "identity") expect(answer.headers).toEqual({ "x-a": "1" });
  });

  it("is expanded as a stream, whose response tells of no coding either", async () => {
    const { send } = await openCoded(sendsCoded(coded));
    const response = toResponse(await send({ streams: true }));
    expect(response.headers.has("content-encoding")).toBe(coded.coding === "identity");
    expect(await response.text()).toBe(plain);
  });

  it("leaves the connection for the next request", async () => {
    const { server, send } = await openCoded(sendsCoded(coded));
    for (const streams of [false, true, false]) {
      const answer = await send({ streams });
      expect(streams ? await readStream(answer.stream) : toText(answer)).toBe(plain);
      await sleep(5);
    }
    expect(server.connections).toBe(1);
  });
});

describe("an answer that says it is coded", () => {
  it("by two headers is expanded by both", async () => {
    const bytes = brotliCompressSync(gzipSync(plain));
    const { send } = await openCoded(
      sends(head("content-encoding: gzip", "content-encoding: br", `content-length: ${bytes.length}`), bytes),
    );
    expect(toText(await send())).toBe(plain);
  });

  it.each([true, false])("and has an empty body is empty (stream: %s)", async (streams) => {
    const { send } = await openCoded(sendsCoded({ coding: "gzip", bytes: Buffer.alloc(0) }));
    const answer = await send({ streams });
    expect([answer.status, streams ? await readStream(answer.stream) : toText(answer)]).toEqual([200, ""]);
  });

  it.each([
    ["HEAD", 200],
    ["GET", 204],
    ["GET", 304],
  ] as const)("to %s with status %i has no body, and keeps its headers", async (method, status) => {
    const { send } = await openCoded(
      sends(`HTTP/1.1 ${status} Odd\r\ncontent-encoding: gzip\r\ncontent-length: 50\r\n\r\n`),
    );
    const answer = await send({ method });
    expect([answer.status, toText(answer)]).toEqual([status, ""]);
    expect(answer.headers).toMatchObject({ "content-encoding": "gzip", "content-length": "50" });
  });

  it("and is a part is given on as it is", async () => {
    const bytes = gzipSync(plain).subarray(10, 30);
    const { send } = await openCoded(sendsCoded({ coding: "gzip", bytes, status: 206 }));
    const answer = await send();
    expect(Buffer.concat(answer.chunks).equals(bytes)).toBe(true);
    expect(answer.headers).toMatchObject({ "content-encoding": "gzip" });
  });

  it("and is an error is expanded", async () => {
    const { send } = await openCoded(sendsCoded({ coding: "gzip", bytes: gzipSync(plain), status: 503 }));
    expect(toText(await send({ streams: true }))).toBe(plain);
  });
});

const broken = gzipSync(plain);
broken.fill(0xff, 20, 40);

const unreadables: readonly (readonly [string, Coded])[] = [
  ["gzip that is no gzip", { coding: "gzip", bytes: Buffer.from(plain) }],
  ["gzip that is broken", { coding: "gzip", bytes: broken }],
  ["gzip that is cut off", { coding: "gzip", bytes: gzipSync(plain).subarray(0, -9) }],
  ["gzip of one byte", { coding: "gzip", bytes: Buffer.from([0x1f]) }],
  ["br that is cut off", { coding: "br", bytes: brotliCompressSync(plain).subarray(0, -1) }],
  ["deflate that is cut off", { coding: "deflate", bytes: deflateSync(plain).subarray(0, -5) }],
  ["gzip in br that is no gzip", { coding: "gzip, br", bytes: brotliCompressSync(plain) }],
  ["a coding that nobody knows", { coding: "foo", bytes: Buffer.from(plain) }],
  ["one that nobody knows among others", { coding: "gzip, foo, br", bytes: Buffer.from(plain) }],
  ["one that has the name of a method", { coding: "constructor", bytes: Buffer.from(plain) }],
  ["six codings", { coding: Array(6).fill("gzip").join(), bytes: gzipSync(plain) }],
];

describe.each(unreadables)("%s", (_case, coded) => {
  it("is an error, in memory", async () => {
    const { send } = await openCoded(sendsCoded(coded));
    await expect(send()).rejects.toMatchObject({ name: "TransportError", failure: "unreadable", status: 200 });
  });

  it("is an error, as a stream", async () => {
    const { send } = await openCoded(sendsCoded(coded));
    const read = send({ streams: true }).then(({ stream }) => readStream(stream));
    await expect(read).rejects.toMatchObject({ name: "TransportError", failure: "unreadable" });
  });
});

/** A gigabyte of zeros. */
async function makeBomb(): Promise<Buffer> {
  const zeros = Buffer.alloc(megabyte);
  const gzip = createGzip({ level: 9 });
  const parts: Buffer[] = [];
  gzip.on("data", (part) => void parts.push(part));
  const ended = once(gzip, "end");
  await pipeline(
    Readable.from(
      (function* () {
        for (let count = 0; count < 1024; count++) yield zeros;
      })(),
    ),
    gzip,
  );
  await ended;
  return Buffer.concat(parts);
}

describe("a bomb", () => {
  let bomb: Buffer;
  beforeAll(async () => {
    bomb = await makeBomb();
  });

  it("of 1 GB in 1 MB fails in memory, which does not grow", async () => {
    const { send } = await openCoded(sendsCoded({ coding: "gzip", bytes: bomb }));
    const grown = await watchMemory(() =>
      expect(send({ maxBytes: 10 * megabyte })).rejects.toMatchObject({ failure: "tooLarge", status: 200 }),
    );
    console.log(`a bomb of ${bomb.length} bytes, in memory: rss +${grown.rssMb} MB, buffers +${grown.outsideMb} MB`);
    expect(grown.outsideMb).toBeLessThan(64);
  });

  it("within a bomb fails too", async () => {
    const bytes = gzipSync(bomb);
    const { send } = await openCoded(sendsCoded({ coding: "gzip, gzip", bytes }));
    const grown = await watchMemory(() =>
      expect(send({ maxBytes: 10 * megabyte })).rejects.toMatchObject({ failure: "tooLarge" }),
    );
    console.log(
      `a bomb within ${bytes.length} bytes, in memory: rss +${grown.rssMb} MB, buffers +${grown.outsideMb} MB`,
    );
    expect(grown.outsideMb).toBeLessThan(64);
  });

  it("that stands for nothing fails: a coding that hardly gives anything on is not expanded without end", async () => {
    const nothing = gzipSync("");
    const bytes = gzipSync(Buffer.concat(Array.from({ length: 500_000 }, () => nothing)));
    const { send } = await openCoded(sendsCoded({ coding: "gzip, gzip", bytes }));
    await expect(send({ maxBytes: megabyte })).rejects.toMatchObject({ failure: "unreadable" });
  });

  it("as a stream waits for who reads it", async () => {
    const { send, server } = await openCoded(sendsCoded({ coding: "gzip", bytes: bomb }));
    const { stream } = await send({ streams: true });
    const grown = await watchMemory(async () => {
      await sleep(100);
      expect(stream?.readableLength).toBeLessThan(megabyte);
      let length = 0;
      for await (const chunk of stream ?? []) {
        length += chunk.length;
        if (length > 200 * megabyte) break;
      }
      expect(length).toBeGreaterThan(200 * megabyte);
    });
    console.log(`200 MB of a bomb, as a stream: rss +${grown.rssMb} MB, buffers +${grown.outsideMb} MB`);
    expect(grown.outsideMb).toBeLessThan(64);
    await vi.waitFor(() => expect(server.open.size).toBeLessThan(2));
  });

  it("ends with the call", async () => {
    const { send } = await openCoded(sendsCoded({ coding: "gzip", bytes: bomb }));
    const startedAt = performance.now();
    await expect(send({ maxBytes: Number.MAX_SAFE_INTEGER, timeoutMs: 100 })).rejects.toMatchObject({
      failure: "timeout",
    });
    expect(performance.now() - startedAt).toBeLessThan(1_500);
  });
});

describe("a coded stream", () => {
  it("that is destroyed ends the request, though nothing comes", async () => {
    const bytes = gzipSync(plain);
    const { send, server } = await openCoded(
      sends(head("content-encoding: gzip", "content-length: 9999"), bytes.subarray(0, 20)),
    );
    const { stream } = await send({ streams: true });
    await sleep(10);
    const [connection] = server.open;
    stream?.destroy();
    await vi.waitFor(() => expect(connection?.destroyed).toBe(true));
  });

  it("ends with an error when the connection is lost", async () => {
    const bytes = gzipSync(plain);
    const { send } = await openCoded(({ socket }) => {
      socket.end(
        Buffer.concat([Buffer.from(head("content-encoding: gzip", "content-length: 9999")), bytes.subarray(0, 20)]),
      );
    });
    const { stream } = await send({ streams: true });
    await expect(readStream(stream)).rejects.toMatchObject({ failure: "unreachable" });
  });

  it("ends with the error before its first byte too", async () => {
    const { send, server } = await openCoded(sends(head("content-encoding: gzip", "content-length: 9999")));
    const { stream } = await send({ streams: true });
    for (const socket of server.open) socket.destroy();
    await expect(readStream(stream)).rejects.toMatchObject({ failure: "unreachable" });
  });

  it("whose end nobody waits for ends no process", async () => {
    const { send } = await openCoded(sendsCoded({ coding: "gzip", bytes: broken }));
    const { stream } = await send({ streams: true });
    stream?.resume();
    await new Promise((resolve) => stream?.once("close", resolve));
    expect(stream?.errored).toMatchObject({ failure: "unreadable" });
  });
});
