import { setTimeout as sleep } from "node:timers/promises";
import type { Script } from "./scripted-server.ts";

/** What a caller gets: the code of an error, or a status with a body. */
export type Expected = { readonly code: string } | { readonly status: number; readonly body: string };

/** One thing that can be wrong with an answer. */
export interface FaultCase {
  readonly name: string;
  /** Answers each request of the case. */
  readonly script: Script;
  readonly expected: Expected;
  /** Where it is another when the body is read as a stream. */
  readonly streamed?: Expected;
  /** Where it is another over a connection that had been used. */
  readonly used?: Expected;
  /** @default "GET" */
  readonly method?: "GET" | "POST" | "HEAD";
  /** How many requests the server gets over a connection that had been used. @default 1 */
  readonly usedRequests?: number;
}

/** No answer that can be used. */
export const unreachable: Expected = { code: "BEHALF_BACKEND_UNREACHABLE" };
/** No answer in time. */
export const timeout: Expected = { code: "BEHALF_BACKEND_TIMEOUT" };
/** The body cannot be used. */
export const unreadable: Expected = { code: "BEHALF_BACKEND_UNREADABLE" };
/** The status is that of an error. */
export const refused: Expected = { code: "BEHALF_BACKEND_ERROR" };
/** A good answer with this body. */
export const body = (text: string, status = 200): Expected => ({ status, body: text });

/** Sends these bytes, and no more. */
export const sends =
  (...parts: readonly (string | Buffer)[]): Script =>
  ({ socket }) => {
    for (const part of parts) socket.write(part);
  };

/** Sends these bytes, then closes in order. */
export const ends =
  (...parts: readonly string[]): Script =>
  ({ socket }) => {
    socket.end(parts.join(""));
  };

/** Sends these bytes, then breaks the connection off once they had time to arrive. */
export const resets =
  (...parts: readonly string[]): Script =>
  ({ socket, reset }) => {
    for (const part of parts) socket.write(part);
    setTimeout(reset, parts.length === 0 ? 0 : 20);
  };

/** Sends a part each so many milliseconds, as long as anybody listens. */
export const drips =
  (first: string, parts: readonly string[], everyMs: number): Script =>
  async ({ socket }) => {
    socket.write(first);
    for (const part of parts) {
      await sleep(everyMs);
      if (socket.destroyed) return;
      socket.write(part);
    }
  };

/** The head of a good answer with these headers. */
export const head = (...headers: readonly string[]): string => ["HTTP/1.1 200 OK", ...headers, "", ""].join("\r\n");

/** A good answer of this text. */
export const good = (text: string): string => `${head(`content-length: ${text.length}`)}${text}`;
