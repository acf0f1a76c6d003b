import { createServer } from "node:net";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { setTimeout as wait } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { goodToken, open, type ProxiedApi, speak, startProxied } from "../../test/sidecar.ts";

const mebibyte = 1024 * 1024;
const total = 50 * mebibyte;
let proxied: ProxiedApi;
afterEach(() => proxied.close());

/** Something that a test waits for. */
function later(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = (): void => {};
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

/** Gives pieces of 64 KiB, and counts what was taken of them. */
function someBytes(bytes = total): { readonly stream: Readable; taken(): number } {
  const piece = Buffer.alloc(65_536, "x");
  let taken = 0;
  const stream = new Readable({
    highWaterMark: piece.length,
    read() {
      this.push(taken < bytes ? piece : null);
      taken += piece.length;
    },
  });
  return { stream, taken: () => Math.min(taken, bytes) };
}

async function count(stream: Readable): Promise<number> {
  let bytes = 0;
  for await (const piece of stream) bytes += piece.length;
  return bytes;
}

const toText = (bytes: number): string => `${(bytes / mebibyte).toFixed(1)} MB`;

async function watchMemory(work: () => Promise<void>): Promise<{ readonly grownBy: number }> {
  const read = (): number => process.memoryUsage.rss();
  const before = read();
  let most = before;
  const timer = setInterval(() => {
    most = Math.max(most, read());
  }, 10);
  try {
    await work();
    return { grownBy: most - before };
  } finally {
    clearInterval(timer);
  }
}

const start = async (...given: Parameters<typeof startProxied>): Promise<void> => {
  proxied = await startProxied(...given);
};

/** What stands in kernels and in the streams' own buffers: far from the whole. */
const underWay = 32 * mebibyte;

describe("the sidecar", () => {
  it("streams 50 MB in both directions at once, and holds little of it", async () => {
    await start((request, response) => void request.pipe(response));
    const { stream, taken } = someBytes();
    let [received, mostHeld] = [0, 0];
    const { grownBy } = await watchMemory(async () => {
      for await (const piece of await open(`${proxied.url}/`, { method: "POST", body: stream }).head) {
        received += piece.length;
        mostHeld = Math.max(mostHeld, taken() - received);
      }
    });
    console.log(
      `50 MB echoed through the sidecar: at most ${toText(mostHeld)} under way between client, sidecar and API;`,
      `memory of all three, garbage included, grew by ${toText(grownBy)}`,
    );
    expect(received).toBe(total);
    expect(mostHeld).toBeLessThan(40 * mebibyte);
  });

  it("takes no more from an API than a slow client reads", async () => {
    const { stream, taken } = someBytes();
    await start((_request, response) => void stream.pipe(response));
    const answer = await open(`${proxied.url}/`).head;
    await wait(300);
    console.log(`of 50 MB, ${toText(taken())} have left the API for a client that reads nothing`);
    expect(taken()).toBeLessThan(underWay);
    expect(await count(answer)).toBe(total);
  });

  it("takes no more from a client than a slow API reads", async () => {
    const { stream, taken } = someBytes();
    let read = (): void => {};
    await start((request, response) => {
      read = () => void count(request).then((bytes) => response.end(String(bytes)));
    });
    const { head } = open(`${proxied.url}/`, { method: "POST", body: stream });
    await wait(300);
    console.log(`of 50 MB, ${toText(taken())} have left the client for an API that reads nothing`);
    expect(taken()).toBeLessThan(underWay);
    read();
    expect((await buffer(await head)).toString()).toBe(String(total));
  });

  it("gives the head and each piece at once", async () => {
    let go = (): void => {};
    await start((_request, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" }).flushHeaders();
      go = () => void response.end("data: 1\n\n");
    });
    const answer = await open(`${proxied.url}/`).head;
    expect(answer.statusCode).toBe(200);
    go();
    expect((await buffer(answer)).toString()).toBe("data: 1\n\n");
  });

  it("aborts the API's request when the client leaves before the answer", async () => {
    const left = later();
    await start((_request, response) => {
      response.once("close", left.resolve);
      outgoing.destroy();
    });
    const { outgoing, head } = open(`${proxied.url}/`);
    await expect(head).rejects.toThrow();
    await left.promise;
  });

  it("aborts the API's request when the client leaves in the middle of the answer", async () => {
    const { stream } = someBytes();
    const left = later();
    await start((_request, response) => {
      stream.pipe(response);
      response.once("close", left.resolve);
    });
    (await open(`${proxied.url}/`).head).destroy();
    await left.promise;
  });

  it("aborts the API's request when the client leaves in the middle of its body", async () => {
    const left = later();
    const arrived = later();
    await start((request) => {
      request.once("data", () => arrived.resolve());
      request.once("error", () => left.resolve());
    });
    const endless = new Readable({ read() {} });
    endless.push("a");
    const { outgoing, head } = open(`${proxied.url}/`, { method: "POST", body: endless });
    await arrived.promise;
    outgoing.destroy();
    await expect(head).rejects.toThrow();
    await left.promise;
  });
});

describe("a client that asks whether its body is wanted", () => {
  const lines = (token: string) => [
    "POST / HTTP/1.1",
    "host: a",
    `authorization: Bearer ${token}`,
    "expect: 100-continue",
    "content-length: 3",
  ];

  it("is told so when the API says it", async () => {
    const expected: (string | undefined)[] = [];
    await start(async (request, response) => {
      expected.push(request.headers.expect);
      response.end((await buffer(request)).toString());
    });
    const heard = await speak(proxied.url, lines(goodToken), "abc");
    expect(heard).toMatch(/^HTTP\/1.1 100 Continue\r\n\r\nHTTP\/1.1 200 OK[\s\S]*abc/);
    expect(expected).toEqual(["100-continue"]);
  });

  it("is told so after a while where the API says nothing to that", async () => {
    const silent = createServer((socket) => {
      let heard = "";
      socket
        .on("error", () => {})
        .on("data", (piece) => {
          heard += piece;
          if (heard.endsWith("abc")) socket.end("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
        });
    });
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    const address = silent.address();
    const port = typeof address === "object" ? address?.port : undefined;
    await start(() => {}, { origin: `http://127.0.0.1:${port}`, patienceMs: 20 });
    const heard = await speak(proxied.url, lines(goodToken), "abc");
    silent.close();
    expect(heard).toMatch(/^HTTP\/1.1 100 Continue\r\n\r\nHTTP\/1.1 200 OK[\s\S]*ok/);
  });

  it("is not told to go on by an API that refuses at once", async () => {
    await start(() => {});
    await proxied.closeUpstream();
    const heard = await speak(proxied.url, lines(goodToken));
    expect(heard).toMatch(/^HTTP\/1.1 502 /);
  });

  it("is refused without being told to go on, and the connection ends", async () => {
    await start((_request, response) => void response.end());
    const heard = await speak(proxied.url, lines("bad"));
    expect(heard).toMatch(/^HTTP\/1.1 401 [\s\S]*connection: close/i);
    expect(heard).not.toContain("100 Continue");
  });
});
