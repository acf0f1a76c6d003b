import type { Readable } from "node:stream";
import * as zlib from "node:zlib";
import type { WireAnswer, WireRequest } from "../../../packages/behalf/src/lib/transport/wire.ts";
import { openTransport, toWireRequest } from "../../support/send-over-transport.ts";
import { type Script, type ScriptedServer, startScriptedServer } from "./scripted-server.ts";
import { head, sends } from "./vocabulary.ts";

export const megabyte: number = 1024 * 1024;
/** What the coded bodies stand for. */
export const plain: string = "a text that is worth the effort, ".repeat(500);

/** The text of an answer that was read into memory. */
export const toText = ({ chunks }: WireAnswer): string => Buffer.concat(chunks).toString();

/** Reads a stream to its end. */
export async function readStream(stream: Readable | undefined): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream ?? []) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/** A body that is said to be coded. */
export interface Coded {
  readonly coding: string;
  readonly bytes: Buffer;
  readonly status?: number;
}

/** Sends a body that is said to be coded in this way. */
export const sendsCoded = ({ coding, bytes, status = 200 }: Coded): Script =>
  sends(
    head(`Content-Encoding: ${coding}`, `content-length: ${bytes.length}`, "x-a: 1").replace("200", String(status)),
    bytes,
  );

/** A server that answers so, and what sends a request to it. */
export async function openCoded(
  script: Script,
): Promise<{ server: ScriptedServer; send: (changes?: Partial<WireRequest>) => Promise<WireAnswer> }> {
  const server = await startScriptedServer();
  server.on("/", script);
  const transport = openTransport();
  return { server, send: (changes) => transport.send(toWireRequest(server.url, changes)) };
}

/** The most memory that the process takes while the work is done, beyond what it took before. */
export async function watchMemory(work: () => Promise<unknown>): Promise<{ rssMb: number; outsideMb: number }> {
  const before = process.memoryUsage();
  const most = { rss: before.rss, arrayBuffers: before.arrayBuffers };
  const timer = setInterval(() => {
    const { rss, arrayBuffers } = process.memoryUsage();
    most.rss = Math.max(most.rss, rss);
    most.arrayBuffers = Math.max(most.arrayBuffers, arrayBuffers);
  }, 2);
  await work();
  clearInterval(timer);
  const toMb = (bytes: number): number => Math.round(bytes / megabyte);
  return { rssMb: toMb(most.rss - before.rss), outsideMb: toMb(most.arrayBuffers - before.arrayBuffers) };
}

type Compress = (bytes: string | Buffer, settings?: { readonly params: Readonly<Record<number, number>> }) => Buffer;

// Node documents it as such a function; the types are those of its oldest line.
/** Codes in zstd; `undefined` on the lines of Node that have none. */
export const zstd: Compress | undefined =
  "zstdCompressSync" in zlib && typeof zlib.zstdCompressSync === "function"
    ? (zlib.zstdCompressSync as Compress)
    : undefined;
