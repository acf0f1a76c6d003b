import { createServer, type ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it, onTestFinished } from "vitest";
import { openServer } from "../testing/scripted-as/listen.ts";
import { ClientPool } from "./client-pool.ts";
import type { PooledClient, PooledHandler } from "./connection-pool.ts";
import { createClient } from "./undici.ts";

/** Takes in one answer as text, and frees its connection as it is to be done. */
class TextHandler implements PooledHandler {
  client: PooledClient | undefined;
  isWanted = true;
  readonly text: Promise<string>;
  abort: (reason: Error) => void = () => {};
  #settle: (outcome: { readonly text: string } | { readonly error: Error }) => void = () => {};
  #text = "";

  constructor() {
    this.text = new Promise((resolve, reject) => {
      this.#settle = (outcome) => ("text" in outcome ? resolve(outcome.text) : reject(outcome.error));
    });
    this.text.catch(() => {});
  }

  onConnect(abort: (reason?: Error) => void): void {
    this.abort = abort;
  }

  onHeaders(): boolean {
    return true;
  }

  onData(chunk: Buffer): boolean {
    this.#text += chunk;
    return true;
  }

  onComplete(): void {
    this.#free();
    this.#settle({ text: this.#text });
  }

  onError(error: Error): void {
    this.#free();
    this.#settle({ error });
  }

  #free(): void {
    const { client } = this;
    this.client = undefined;
    client?.free();
  }
}

interface Opened {
  readonly pool: ClientPool;
  readonly server: ReturnType<typeof createServer>;
  /** The paths that were asked for, each with the number of its connection. */
  readonly seen: [path: string, connection: number][];
  /** The answers that are not given yet. */
  readonly held: ServerResponse[];
  send(path: string): TextHandler;
}

async function open({ maxConnections = Number.POSITIVE_INFINITY, holds = false } = {}): Promise<Opened> {
  const seen: [string, number][] = [];
  const held: ServerResponse[] = [];
  const sockets = new Map<unknown, number>();
  const server = createServer((request, response) => {
    sockets.set(request.socket, sockets.get(request.socket) ?? sockets.size + 1);
    seen.push([request.url ?? "", sockets.get(request.socket) ?? 0]);
    if (holds) held.push(response);
    else response.end(request.url);
  });
  const { url, close } = await openServer(server, "http");
  const pool = new ClientPool({ open: () => createClient(url, {}), maxConnections });
  onTestFinished(async () => {
    for (const response of held) response.end();
    await pool.close();
    await close();
  });
  const send = (path: string): TextHandler => {
    const handler = new TextHandler();
    pool.dispatch({ path, method: "GET" }, handler);
    return handler;
  };
  return { pool, server, seen, held, send };
}

const untilHeld = (held: readonly unknown[], count: number): Promise<void> =>
  expect.poll(() => held.length).toBe(count);

describe("a pool of clients", () => {
  it("has one request at a time on each connection", async () => {
    const { pool, held, seen, send } = await open({ holds: true });
    const handlers = ["/1", "/2", "/3"].map(send);
    await untilHeld(held, 3);
    expect(new Set(seen.map(([, connection]) => connection)).size).toBe(3);
    expect(pool.stats.size).toBe(3);
    for (const response of held) response.end();
    await Promise.all(handlers.map(({ text }) => text));
    expect(pool.stats.size).toBe(0);
  });

  it("uses the connection first that was used last", async () => {
    const { held, seen, send } = await open({ holds: true });
    const [first, second] = [send("/1"), send("/2")];
    await untilHeld(held, 2);
    held[1]?.end();
    await second.text;
    held[0]?.end();
    await first.text;
    send("/3");
    await untilHeld(held, 3);
    expect(seen.at(-1)).toEqual(["/3", seen[0]?.[1]]);
  });

  it("lets requests wait in their order where it may open no more", async () => {
    const { pool, seen, send } = await open({ maxConnections: 1 });
    const handlers = ["/1", "/2", "/3"].map(send);
    expect(pool.stats.size).toBe(3);
    expect(await Promise.all(handlers.map(({ text }) => text))).toEqual(["/1", "/2", "/3"]);
    expect(seen.map(([path]) => path)).toEqual(["/1", "/2", "/3"]);
    expect(new Set(seen.map(([, connection]) => connection)).size).toBe(1);
  });

  it("sends no request that nobody wants any more when its turn comes", async () => {
    const { seen, send } = await open({ maxConnections: 1 });
    const [first, second, third] = [send("/1"), send("/2"), send("/3")];
    second.isWanted = false;
    await Promise.all([first.text, third.text]);
    expect(seen.map(([path]) => path)).toEqual(["/1", "/3"]);
  });

  it("goes on with another connection where the server has closed one", async () => {
    const { server, seen, send } = await open({ maxConnections: 1 });
    await send("/1").text;
    server.closeAllConnections();
    await expect.poll(() => send("/2").text.catch(() => "")).toBe("/2");
    expect(seen.at(-1)?.[1]).not.toBe(seen[0]?.[1]);
  });

  it("serves those who wait when the request before them fails", async () => {
    const { held, server, send } = await open({ maxConnections: 1, holds: true });
    const [first, second] = [send("/1"), send("/2")];
    await untilHeld(held, 1);
    server.closeAllConnections();
    await expect(first.text).rejects.toBeInstanceOf(Error);
    await untilHeld(held, 2);
    held[1]?.end("two");
    expect(await second.text).toBe("two");
  });

  it("frees the connection of a request that undici refuses", async () => {
    const { pool, send } = await open({ maxConnections: 1 });
    await expect(send("no path").text).rejects.toMatchObject({ code: "UND_ERR_INVALID_ARG" });
    expect(pool.stats.size).toBe(0);
    expect(await send("/1").text).toBe("/1");
  });

  it("closes when those who run and those who wait have their answers", async () => {
    const { pool, held, send } = await open({ maxConnections: 1, holds: true });
    const handlers = [send("/1"), send("/2")];
    await untilHeld(held, 1);
    let closed = false;
    const closing = pool.close().then(() => {
      closed = true;
    });
    held[0]?.end("one");
    await untilHeld(held, 2);
    expect(closed).toBe(false);
    held[1]?.end("two");
    expect(await Promise.all(handlers.map(({ text }) => text))).toEqual(["one", "two"]);
    await closing;
  });

  it("fails those who wait when no connection can be opened", async () => {
    const { pool, server, send } = await open({ maxConnections: 1 });
    await new Promise((resolve) => server.close(resolve));
    const outcomes = await Promise.allSettled(["/1", "/2", "/3"].map((path) => send(path).text));
    expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"]);
    expect(pool.stats.size).toBe(0);
  });

  it("opens no connection for a request that was given up", async () => {
    const { server, held, send } = await open({ holds: true });
    let connections = 0;
    server.on("connection", () => {
      connections += 1;
    });
    const given = send("/1");
    await untilHeld(held, 1);
    given.abort(new Error("given up"));
    await expect(given.text).rejects.toThrow("given up");
    await sleep(100);
    expect(connections).toBe(1);
  });

  it("keeps no connection that could not be opened", async () => {
    const { pool, server, send } = await open();
    await new Promise((resolve) => server.close(resolve));
    await Promise.allSettled(["/1", "/2", "/3"].map((path) => send(path).text));
    expect(pool.stats.size).toBe(0);
    await pool.close();
  });
});
