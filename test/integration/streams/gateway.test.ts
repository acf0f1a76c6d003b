import { once } from "node:events";
import { type IncomingMessage, request, type ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { json } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it, onTestFinished } from "vitest";
import { listen } from "../../support/listen.ts";
import { type Gateway, startGateway } from "./start-gateway.ts";

const megabyte = 1024 * 1024;
const gigabyte = 1024 * megabyte;
/** What the process needs once, whatever comes then: from Node 24 on, V8 lets its young objects grow over hundreds of megabytes. */
const warmUp = 512 * megabyte;
const chunk = Buffer.alloc(64 * 1024, "0123456789abcdef");

function* chunksOf(bytes: number): Generator<Buffer> {
  for (let left = bytes; left > 0; left -= chunk.length) yield chunk;
}

const openStream = (bytes: number): Readable => Readable.from(chunksOf(bytes), { objectMode: false });

/** Reads to the end: how long it was, and whether each chunk was as it was sent. */
async function measure(stream: AsyncIterable<Buffer>): Promise<{ bytes: number; intact: boolean }> {
  let bytes = 0;
  let intact = true;
  for await (const part of stream) {
    const shift = bytes % 16;
    intact &&= part.subarray(0, 16).equals(chunk.subarray(shift, shift + Math.min(16, part.length)));
    bytes += part.length;
  }
  return { bytes, intact };
}

const readBytes = ({ url = "/" }: IncomingMessage): number =>
  Number(new URL(url, "http://127.0.0.1").searchParams.get("bytes"));

type Handler = (request: IncomingMessage, response: ServerResponse) => unknown;

/** A backend that answers in this way, and a gateway to it. */
async function openGateway(handler: Handler): Promise<Gateway> {
  const { url, close } = await listen((incoming, response) => {
    // What breaks on the way is what a test is about.
    void Promise.resolve(handler(incoming, response)).catch(() => {});
  });
  onTestFinished(close);
  return startGateway(url);
}

function get(url: string): Promise<IncomingMessage> {
  const sent = request(url).end();
  sent.on("error", () => {});
  return once(sent, "response").then(([response]) => response);
}

const report = (what: string, facts: object): void =>
  console.info(
    `${what}:`,
    JSON.stringify(facts, (_key, value) => (typeof value === "number" ? Math.round(value) : value)),
  );

describe("a gateway that passes streams on", () => {
  it("lets a gigabyte down through without holding it", { timeout: 120_000 }, async () => {
    const gateway = await openGateway((incoming, response) => pipeline(openStream(readBytes(incoming)), response));
    const download = async (bytes: number) => measure(await get(`${gateway.url}/download?bytes=${bytes}`));
    await download(warmUp);
    const before = await gateway.memory();
    expect(await download(gigabyte)).toEqual({ bytes: gigabyte, intact: true });
    const after = await gateway.memory();
    report("1 GB down, MB", { before, after });
    expect(after.peakMb - before.peakMb).toBeLessThan(32);
  });

  it("lets a gigabyte up through without holding it", { timeout: 120_000 }, async () => {
    const gateway = await openGateway(async (incoming, response) => {
      response.end(JSON.stringify(await measure(incoming)));
    });
    const upload = async (bytes: number): Promise<unknown> => {
      const sent = request(`${gateway.url}/upload`, {
        method: "POST",
        headers: { "content-type": "application/octet-stream" },
      });
      const answered = once(sent, "response");
      await pipeline(openStream(bytes), sent);
      const [response] = await answered;
      return json(response);
    };
    await upload(warmUp);
    const before = await gateway.memory();
    expect(await upload(gigabyte)).toEqual({ bytes: gigabyte, intact: true });
    const after = await gateway.memory();
    report("1 GB up, MB", { before, after });
    expect(after.peakMb - before.peakMb).toBeLessThan(32);
  });

  it("does not read ahead of a client that stands still", async () => {
    let sentBytes = 0;
    const gateway = await openGateway(async (_incoming, response) => {
      for (const part of chunksOf(gigabyte)) {
        if (!response.write(part)) await once(response, "drain");
        sentBytes += part.length;
      }
    });
    const response = await get(`${gateway.url}/download`);
    response.pause();
    await sleep(1_000);
    const early = sentBytes;
    await sleep(500);
    report("a client that stands still, MB that left the backend", {
      early: early / megabyte,
      sent: sentBytes / megabyte,
    });
    expect(sentBytes).toBe(early);
    expect(sentBytes).toBeLessThan(32 * megabyte);
    response.destroy();
  });

  it("ends the backend's request when its client goes away", async () => {
    let ended: (at: number) => void = () => {};
    const end = new Promise<number>((resolve) => {
      ended = resolve;
    });
    const gateway = await openGateway(async (_incoming, response) => {
      response.on("close", () => ended(performance.now()));
      for (const part of chunksOf(gigabyte)) if (!response.write(part)) await once(response, "drain");
    });
    const response = await get(`${gateway.url}/download`);
    await once(response, "readable");
    const goneAt = performance.now();
    response.destroy();
    const delayMs = (await end) - goneAt;
    report("client gone: the backend's request ended, ms later", { delayMs });
    expect(delayMs).toBeLessThan(5_000);
  });

  it("breaks off its answer by a typed error when the backend goes away", async () => {
    const gateway = await openGateway((_incoming, response) => {
      response.writeHead(200, { "content-length": String(gigabyte) });
      response.write(chunk, () => response.socket?.destroy());
    });
    const response = await get(`${gateway.url}/download`);
    await expect(measure(response)).rejects.toMatchObject({ code: "ECONNRESET" });
    expect(await gateway.failures()).toEqual(["BEHALF_BACKEND_UNREACHABLE"]);
  });
});
