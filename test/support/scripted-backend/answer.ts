import type { ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { BackendRequest } from "./backend-request.ts";

/** Answers a request. What it throws becomes a 500. */
export type BackendHandler = (request: BackendRequest, response: ServerResponse) => unknown;

type Headers = Readonly<Record<string, string>>;

function send(response: ServerResponse, body: unknown, head: { status: number; headers: Headers }): void {
  response.writeHead(head.status, { "content-type": "application/json", ...head.headers });
  response.end(JSON.stringify(body));
}

/** The answers a backend can give. */
export const answer = {
  /** Tells the caller what it sent. */
  echo: (): BackendHandler => (request, response) => {
    const { method, url, headers, body } = request;
    send(response, { method, url, headers, body }, { status: 200, headers: {} });
  },

  json: (body: unknown, status = 200, headers: Headers = {}): BackendHandler => {
    return (_request, response) => send(response, body, { status, headers });
  },

  status: (status: number, headers: Headers = {}, body = ""): BackendHandler => {
    return (_request, response) => response.writeHead(status, headers).end(body);
  },

  /** A problem document of RFC 9457. */
  problem: (status: number, members: Readonly<Record<string, unknown>> = {}): BackendHandler => {
    return answer.json({ status, ...members }, status, { "content-type": "application/problem+json" });
  },

  /** 401 with this challenge, or with none. */
  unauthorized: (challenge?: string, head: { status?: number; headers?: Headers } = {}): BackendHandler => {
    const challenged: Headers = challenge === undefined ? {} : { "www-authenticate": challenge };
    return answer.json({ error: "unauthorized" }, head.status ?? 401, { ...head.headers, ...challenged });
  },

  /** Adds headers to an answer, which may change them. */
  extended: (handler: BackendHandler, headers: Headers): BackendHandler => {
    return (request, response) => {
      for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
      return handler(request, response);
    };
  },

  redirect: (location: string, status = 302): BackendHandler => answer.status(status, { location }),

  /** Never answers. */
  hang: (): BackendHandler => () => {},

  /** Answers late, by real time. */
  delay: (ms: number, then: BackendHandler = answer.echo()): BackendHandler => {
    return async (request, response) => {
      await sleep(ms, undefined, { ref: false });
      if (!response.destroyed) await then(request, response);
    };
  },

  /** Cuts the connection before any byte of the answer. */
  drop: (): BackendHandler => (_request, response) => response.socket?.destroy(),

  /** Sends the headers and these bytes of a longer body, then cuts the connection. */
  dropAfter: (body: string): BackendHandler => {
    return (_request, response) => {
      response.writeHead(200, { "content-length": String(Buffer.byteLength(body) + 1) });
      response.write(body, () => response.socket?.destroy());
    };
  },

  /** Sends these chunks one by one; the body ends with the last one unless it is to stay open. */
  stream: (chunks: readonly string[], { open = false } = {}): BackendHandler => {
    return async (_request, response) => {
      response.writeHead(200, { "content-type": "application/octet-stream" });
      response.flushHeaders();
      for (const chunk of chunks) {
        response.write(chunk);
        await sleep(1, undefined, { ref: false });
      }
      if (!open) response.end();
    };
  },
};
