import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect, createServer as createTcpServer, type Socket } from "node:net";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createBehalf, type ServiceEndpoint } from "behalf";
import { behalfExpress, behalfExpressErrors } from "behalf/express";
import { type AnyBehalf, behalfFastify } from "behalf/fastify";
import express from "express";
import Fastify from "fastify";
import { decodeJwt } from "jose";
import { describe, expect, it, onTestFinished } from "vitest";
import { closeAfterTest, receive, toRoot } from "../support/open-behalf.ts";
import type { ScriptedAs } from "../support/scripted-as.ts";
import { some } from "../support/some.ts";
import { bearer } from "../support/start-api.ts";
import { startAs } from "../support/start-servers.ts";

interface Opened {
  readonly as: ScriptedAs;
  readonly behalf: AnyBehalf;
  readonly item: ServiceEndpoint<"/items/{sku}">;
  readonly big: ServiceEndpoint<"/big">;
  /** What the backend was asked for, and on whose behalf. */
  readonly seen: readonly string[];
}

/** Starts a backend whose answer to `/big` comes in pieces, and an API in front of it. */
async function open(): Promise<Opened> {
  const as = await startAs();
  const seen: string[] = [];
  const backend = createServer((request, response) => {
    if (request.url === "/big") {
      response.write("one");
      setTimeout(() => response.write("two"), 20);
      setTimeout(() => response.end("three"), 40);
      return;
    }
    seen.push(`${request.url} for ${decodeJwt(request.headers.authorization?.slice(7) ?? "").sub}`);
    response.end("{}");
  }).listen(0, "127.0.0.1");
  await once(backend, "listening");
  onTestFinished(() => void backend.close());
  const host = `http://127.0.0.1:${(backend.address() as AddressInfo).port}`;
  const behalf = closeAfterTest(
    createBehalf({
      ...toRoot(as),
      services: {
        inventory: {
          host,
          grantType: "tokenExchange",
          audience: "inventory",
          endpoints: { item: "/items/{sku}", big: "/big" },
        },
      },
    }),
  );
  const inventory = behalf.service("inventory");
  return { as, behalf, item: inventory.endpoint("item"), big: inventory.endpoint("big"), seen };
}

const issue = (as: ScriptedAs, sub: string): Promise<string> => as.issue(some.claims({ sub }));

/** A client that answers by callback from the one connection that its first use opens. */
async function startCallbackClient(): Promise<(answered: () => void) => void> {
  const echo = createTcpServer((socket) => socket.pipe(socket)).listen(0, "127.0.0.1");
  await once(echo, "listening");
  let socket: Socket | undefined;
  const waiting: (() => void)[] = [];
  onTestFinished(() => {
    socket?.destroy();
    echo.close();
  });
  return (answered) => {
    waiting.push(answered);
    socket ??= connect((echo.address() as AddressInfo).port, "127.0.0.1").on("data", () => waiting.shift()?.());
    socket.write("?");
  };
}

describe("a connection that alice's request opened", () => {
  it("streams to bob's listeners in bob's request", async () => {
    const { as, behalf, item, big, seen } = await open();
    const alice = await receive(behalf, await issue(as, "alice"));
    const bob = await receive(behalf, await issue(as, "bob"));
    await alice.run(() => item.get({ params: { sku: "warm" } }).unwrap());
    const calls: Promise<unknown>[] = [];
    await bob.run(async () => {
      const stream = await big.get().stream().unwrap();
      stream.on("data", () => calls.push(item.get({ params: { sku: "piece" } }).unwrap()));
      await once(stream, "end");
    });
    await Promise.all(calls);
    expect(calls.length).toBeGreaterThan(1);
    expect(new Set(seen)).toEqual(new Set(["/items/warm for alice", "/items/piece for bob"]));
  });

  it("streams through bob's transformations in bob's request", async () => {
    const { as, behalf, item, big, seen } = await open();
    const alice = await receive(behalf, await issue(as, "alice"));
    const bob = await receive(behalf, await issue(as, "bob"));
    await alice.run(() => item.get({ params: { sku: "warm" } }).unwrap());
    const asking = new Transform({
      transform(chunk, _encoding, done) {
        item.get({ params: { sku: "piece" } }).then(() => done(null, chunk));
      },
    });
    await bob.run(async () => pipeline(await big.get().stream().unwrap(), asking, drain));
    expect(seen.slice(1).every((line) => line.endsWith("for bob"))).toBe(true);
  });
});

async function drain(pieces: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of pieces);
}

describe("a callback out of alice's connection", () => {
  it("before a Fastify handler is followed by bob's own request", async () => {
    const { as, behalf, item, seen } = await open();
    const query = await startCallbackClient();
    const app = Fastify();
    onTestFinished(() => app.close());
    await app.register(behalfFastify(behalf));
    app.addHook("preHandler", (_request, _reply, done) => query(() => done()));
    app.get("/orders", async () => (await item.get({ params: { sku: "1" } })).ok);
    for (const person of ["alice", "bob"])
      await app.inject({ url: "/orders", headers: bearer(await issue(as, person)) });
    expect(seen).toEqual(["/items/1 for alice", "/items/1 for bob"]);
  });

  it("before an Express handler is followed by bob's own request, where the adapter is used again", async () => {
    const { as, behalf, item, seen } = await open();
    const query = await startCallbackClient();
    const app = express();
    app.use(behalfExpress(behalf));
    app.use((_request, _response, next) => query(() => next()));
    app.use(behalfExpress(behalf));
    app.get("/orders", async (_request, response) => void response.json((await item.get({ params: { sku: "1" } })).ok));
    app.use(behalfExpressErrors(behalf));
    const server = app.listen(0, "127.0.0.1");
    await once(server, "listening");
    onTestFinished(() => void server.close());
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/orders`;
    for (const person of ["alice", "bob"]) await fetch(url, { headers: bearer(await issue(as, person)) });
    expect(seen).toEqual(["/items/1 for alice", "/items/1 for bob"]);
  });
});
