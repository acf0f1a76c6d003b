import { connect as connectPlain, type Socket } from "node:net";
import { connect as connectTls, type SecureContextOptions } from "node:tls";
import type { RequestHead } from "./vocabulary.ts";

/** What came back. */
export interface RawAnswer {
  readonly status: number;
  /** Status line, headers and body, as they came. */
  readonly text: string;
  readonly challenges: readonly string[];
  readonly body: string;
  readonly durationMs: number;
}

function toText({ method, target, headers, body = "" }: RequestHead, host: string): string {
  const fixed = [`${method} ${target} HTTP/1.1`, `Host: ${host}`, "Connection: close"];
  const length = body === "" ? [] : [`Content-Length: ${body.length}`];
  return [...fixed, ...headers.map(([name, value]) => `${name}: ${value}`), ...length, "", body].join("\r\n");
}

function open(url: URL, certificate: SecureContextOptions | undefined): Socket {
  const place = { host: url.hostname, port: Number(url.port) };
  return url.protocol === "https:"
    ? connectTls({ ...place, rejectUnauthorized: false, ...certificate })
    : connectPlain(place);
}

function readAnswer(text: string, durationMs: number): RawAnswer {
  const end = text.indexOf("\r\n\r\n");
  const [statusLine = "", ...lines] = text.slice(0, end).split("\r\n");
  const challenges = lines.flatMap((line) => /^www-authenticate: *(.*)$/i.exec(line)?.[1] ?? []);
  return { status: Number(statusLine.split(" ")[1]), text, challenges, body: text.slice(end + 4), durationMs };
}

/** Sends a request as it stands, over a connection of its own, and reads the answer to the end. */
export function sendRaw(origin: string, head: RequestHead, certificate?: SecureContextOptions): Promise<RawAnswer> {
  const url = new URL(origin);
  return new Promise((resolve, reject) => {
    const socket = open(url, certificate);
    const chunks: Buffer[] = [];
    let startedAt = performance.now();
    const finish = (): void => {
      const text = Buffer.concat(chunks).toString("latin1");
      if (text === "") reject(new Error(`No answer to ${head.method} ${head.target.slice(0, 60)}`));
      else resolve(readAnswer(text, performance.now() - startedAt));
    };
    socket.on(url.protocol === "https:" ? "secureConnect" : "connect", () => {
      startedAt = performance.now();
      socket.write(Buffer.from(toText(head, url.host), "latin1"));
    });
    socket.on("data", (chunk: Buffer) => chunks.push(chunk));
    // A server that refuses a head by its size closes before it has read the rest: what it said still counts.
    socket.on("error", (error) => (chunks.length === 0 ? reject(error) : undefined));
    socket.on("close", finish);
  });
}
