import { createServer, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, describe, expect, it } from "vitest";
import { open, type ProxiedApi, send, speak, startProxied } from "../../test/sidecar.ts";

const started: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const part of started.splice(0)) await part.close();
});

const start = async (...given: Parameters<typeof startProxied>): Promise<ProxiedApi> => {
  const proxied = await startProxied(...given);
  started.push(proxied);
  return proxied;
};

/** A server that answers with whatever bytes it is told to. */
async function startBare(answer: (socket: Socket, heard: number) => void): Promise<string> {
  let heard = 0;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {}).on("data", () => answer(socket, ++heard));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  started.push({
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new TypeError("no port");
  return `http://127.0.0.1:${address.port}`;
}

describe("the sidecar", () => {
  it("answers 502 with a problem document when the API is away", async () => {
    const proxied = await start((_request, response) => void response.end());
    await proxied.closeUpstream();
    const { status, headers, text: body } = await send(`${proxied.url}/`);
    expect([status, headers["content-type"]]).toEqual([502, "application/problem+json"]);
    expect(JSON.parse(body)).toMatchObject({ status: 502, messageId: headers["x-request-id"] });
  });

  it("answers 502 when the API leaves before the head of its answer", async () => {
    const proxied = await start((request) => void request.socket.destroy());
    expect((await send(`${proxied.url}/`, { method: "POST", body: "a" })).status).toBe(502);
  });

  it.each(["no HTTP at all\r\n\r\n", "HTTP/1.1 200 OK\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n"])(
    "answers 502 to an answer that is %j",
    async (bytes) => {
      const origin = await startBare((socket) => void socket.end(bytes));
      const proxied = await start(() => {}, { origin });
      expect((await send(`${proxied.url}/`)).status).toBe(502);
    },
  );

  it("answers 502 to an API that changes the protocol unasked", async () => {
    const head = "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n";
    const origin = await startBare((socket) => void socket.write(head));
    const proxied = await start(() => {}, { origin });
    expect((await send(`${proxied.url}/`)).status).toBe(502);
  });

  it("answers 504 when the API is too slow", async () => {
    const proxied = await start(() => {}, { timeoutMs: 100 });
    expect((await send(`${proxied.url}/`)).status).toBe(504);
  });

  it("does not count the time that the client takes", async () => {
    const proxied = await start(async (request, response) => void response.end(await text(request)), { timeoutMs: 50 });
    const { outgoing, head } = open(`${proxied.url}/`, { method: "POST", body: "later" });
    for (let count = 0; count < 4; count++) {
      outgoing.write("a");
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    outgoing.end();
    expect(await text(await head)).toBe("aaaa");
  });

  it("asks again when a kept connection was closed before anything was read", async () => {
    const origin = await startBare((socket, heard) => {
      if (heard === 2) socket.destroy();
      else socket.write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
    });
    const proxied = await start(() => {}, { origin });
    expect((await send(`${proxied.url}/`)).text).toBe("ok");
    expect((await send(`${proxied.url}/`)).text).toBe("ok");
  });

  it("does not ask again for what may have been done", async () => {
    const origin = await startBare((socket, heard) => {
      if (heard === 2) socket.destroy();
      else socket.write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
    });
    const proxied = await start(() => {}, { origin });
    await send(`${proxied.url}/`);
    expect((await send(`${proxied.url}/`, { method: "POST" })).status).toBe(502);
  });

  it.each([
    ["with a length", "content-length: 10\r\n\r\nabc"],
    ["in chunks", "transfer-encoding: chunked\r\n\r\n3\r\nabc\r\n"],
  ])("ends the client's connection when the API dies in the middle of an answer %s", async (_how, rest) => {
    const origin = await startBare((socket) => {
      socket.write(`HTTP/1.1 200 OK\r\n${rest}`);
      setTimeout(() => socket.destroy(), 50);
    });
    const proxied = await start(() => {}, { origin });
    const answer = await open(`${proxied.url}/`).head;
    expect(answer.statusCode).toBe(200);
    await expect(text(answer)).rejects.toThrow();
  });

  it("gives an answer that comes before the body was read, and closes nothing under the client", async () => {
    const proxied = await start((request, response) => {
      response.writeHead(413, { connection: "close" }).end("too much");
      response.once("finish", () => request.socket.destroy());
    });
    const { head, outgoing } = open(`${proxied.url}/`, { method: "POST", body: "later" });
    outgoing.write("a");
    const answer = await head;
    expect([answer.statusCode, await text(answer)]).toEqual([413, "too much"]);
    outgoing.destroy();
  });

  it("closes with requests under way, and nothing is left", async () => {
    const proxied = await start(() => {});
    const { head } = open(`${proxied.url}/`);
    const upgrading = speak(proxied.url, ["GET / HTTP/1.1", "host: a", "connection: upgrade", "upgrade: x"]);
    await new Promise((resolve) => setTimeout(resolve, 50));
    const refused = expect(head).rejects.toThrow();
    await proxied.close();
    await refused;
    await upgrading.catch(() => {});
    await expect(send(`${proxied.url}/`)).rejects.toThrow();
  });
});
