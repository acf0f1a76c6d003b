import type { IncomingMessage, ServerResponse } from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import { assertion, goodToken, type ProxiedApi, send, speak, startProxied } from "../../test/sidecar.ts";
import type { SidecarPlan } from "./sidecar-plan.ts";

let proxied: ProxiedApi;
let seen: { method: string | undefined; url: string | undefined; raw: readonly string[] }[] = [];

type Answer = (request: IncomingMessage, response: ServerResponse) => void;
const ok: Answer = (_request, response) => void response.end("fine");

const start = async (plan: Partial<SidecarPlan> = {}, answer = ok) => {
  seen = [];
  proxied = await startProxied((request, response) => {
    seen.push({ method: request.method, url: request.url, raw: request.rawHeaders });
    answer(request, response);
  }, plan);
};
afterEach(() => proxied.close());

const valuesOf = (name: string) =>
  (seen[0]?.raw ?? []).filter((_text, index, raw) => index % 2 === 1 && raw[index - 1]?.toLowerCase() === name);

describe("the API behind the sidecar", () => {
  it("gets method, path and query as they came, and the assertion in the token's place", async () => {
    await start();
    const { status, text } = await send(`${proxied.url}/orders/a%2Fb?x=1&y=%20`, { method: "DELETE" });
    expect([status, text]).toEqual([200, "fine"]);
    expect(seen[0]).toMatchObject({ method: "DELETE", url: "/orders/a%2Fb?x=1&y=%20" });
    expect(valuesOf("authorization")).toEqual([`Bearer ${assertion}`]);
  });

  it("gets neither the client's token nor an assertion of the client's, where that has a header of its own", async () => {
    await start({ assertionHeader: "x-assertion", tokenHeaders: ["x-token"] });
    await send(`${proxied.url}/`, {
      headers: { "X-Assertion": ["forged", "again"], x_assertion: "forged", "x-token": "secret", dpop: "proof" },
    });
    expect(valuesOf("x-assertion")).toEqual([`Bearer ${assertion}`]);
    const texts = JSON.stringify(seen);
    expect(texts).not.toMatch(new RegExp(`forged|secret|proof|${goodToken}`));
  });

  it("gets its own host, and in Forwarded the one that the client knows", async () => {
    await start();
    await send(`${proxied.url}/`, { headers: { forwarded: "for=1.2.3.4", "x-forwarded-host": "forged" } });
    expect(valuesOf("host")).toEqual([new URL(proxied.upstreamUrl).host]);
    expect(valuesOf("forwarded")).toEqual([`for=127.0.0.1;host="${new URL(proxied.url).host}";proto=http`]);
    expect(valuesOf("x-forwarded-host")).toEqual([]);
    expect(valuesOf("via")).toEqual(["1.1 sidecar"]);
  });

  it("gets no header of the client's connection, nor one that Connection names", async () => {
    await start();
    await send(`${proxied.url}/`, { headers: { connection: "x-a, host", "x-a": "1", te: "trailers", "x-b": "2" } });
    expect([valuesOf("x-a"), valuesOf("te"), valuesOf("x-b"), valuesOf("host").length]).toEqual([[], [], ["2"], 1]);
    expect(valuesOf("connection")).toEqual(["keep-alive"]);
  });

  it("gets a body framed as it was read, even where Connection names its length", async () => {
    await start();
    const lines = ["GET / HTTP/1.1", "host: a", `authorization: Bearer ${goodToken}`];
    const heard = await speak(proxied.url, [...lines, "connection: close, content-length", "content-length: 3"], "abc");
    expect(heard).toMatch(/^HTTP\/1.1 200 /);
    expect(valuesOf("content-length")).toEqual(["3"]);
  });

  it("gets the message id that came, or one that was made; so does the client", async () => {
    await start({}, (_request, response) => void response.setHeader("x-request-id", "of-the-api").end());
    const { headers } = await send(`${proxied.url}/`, { headers: { "x-request-id": "abc" } });
    expect([valuesOf("x-request-id"), headers["x-request-id"]]).toEqual([["abc"], "abc"]);
  });

  it("is reached below its base path, and nowhere else", async () => {
    await start({ basePath: "/v1" });
    expect((await send(`${proxied.url}/orders`)).status).toBe(200);
    expect(await speak(proxied.url, ["GET /../admin HTTP/1.1", "host: a", "connection: close"])).toMatch(/ 400 /);
    expect(seen.map(({ url }) => url)).toEqual(["/v1/orders"]);
  });

  it("is called over connections that are kept", async () => {
    await start();
    for (let count = 0; count < 5; count++) await send(`${proxied.url}/`);
    expect(proxied.connections()).toBe(1);
  });
});

describe("the client", () => {
  it("gets the API's 401 with the API's own challenge", async () => {
    await start({}, (_request, response) => {
      response.writeHead(401, ["WWW-Authenticate", 'Bearer realm="api"', "Set-Cookie", "a=1", "Set-Cookie", "b=2"]);
      response.end("no");
    });
    const { status, headers, text } = await send(`${proxied.url}/`);
    expect([status, text, headers["www-authenticate"]]).toEqual([401, "no", 'Bearer realm="api"']);
    expect(headers["set-cookie"]).toEqual(["a=1", "b=2"]);
  });

  it.each([
    ["HEAD", 200],
    ["GET", 204],
    ["GET", 304],
  ])("gets no body to %s with %i, and goes on with its connection", async (method, status) => {
    await start({}, (request, response) => {
      const length = request.method === "HEAD" ? { "content-length": "5" } : {};
      response.writeHead(status, { etag: '"a"', ...length }).end();
    });
    const lines = [`${method} / HTTP/1.1`, "host: a", `authorization: Bearer ${goodToken}`];
    const heard = await speak(proxied.url, [...lines, "", ...lines, "connection: close"]);
    const answers = heard.split(/(?=HTTP\/1\.1 )/);
    expect(answers).toHaveLength(2);
    for (const answer of answers)
      expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} [\\s\\S]*etag: "a"[\\s\\S]*\r\n\r\n$`));
    if (method === "HEAD") expect(heard.match(/content-length: 5/gi)).toHaveLength(2);
  });

  it("is refused without a token, with a challenge and a problem document", async () => {
    await start();
    const { status, headers, text } = await send(`${proxied.url}/`, { token: undefined });
    expect([status, headers["www-authenticate"]]).toEqual([401, "Bearer"]);
    expect(headers["content-type"]).toBe("application/problem+json");
    expect(JSON.parse(text)).toMatchObject({ status: 401, messageId: headers["x-request-id"] });
    expect(seen).toEqual([]);
  });

  it("is refused with another's token", async () => {
    await start();
    const { status, headers } = await send(`${proxied.url}/`, { token: "bad" });
    expect([status, headers["www-authenticate"]]).toEqual([401, 'Bearer error="invalid_token"']);
  });

  it.each([
    ["two lengths of the body", ["POST / HTTP/1.1", "content-length: 3", "transfer-encoding: chunked"], 400],
    ["a repeated length", ["POST / HTTP/1.1", "content-length: 3", "content-length: 4"], 400],
    ["a coding that is not understood", ["POST / HTTP/1.1", "transfer-encoding: gzip, chunked"], 501],
    ["TRACE", ["TRACE / HTTP/1.1"], 501],
    ["no host", ["GET / HTTP/1.1"], 400],
    ["a target that is no path", ["GET orders HTTP/1.1"], 400],
  ])("is refused %s", async (name, [line = "", ...lines], status) => {
    await start();
    const host = name === "no host" ? [] : ["host: a"];
    const rest = [...host, `authorization: Bearer ${goodToken}`, "connection: close", ...lines];
    const body = line.startsWith("POST") ? "0\r\n\r\n" : "";
    expect(await speak(proxied.url, [line, ...rest], body)).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(seen).toEqual([]);
  });

  it.each(["websocket", "h2c"])("is refused an upgrade to %s, and the connection ends", async (protocol) => {
    await start();
    const lines = ["GET / HTTP/1.1", "host: a", `authorization: Bearer ${goodToken}`];
    const heard = await speak(proxied.url, [...lines, "connection: upgrade", `upgrade: ${protocol}`]);
    expect(heard).toContain("\r\nx-request-id: message-1\r\n");
    expect(heard).toMatch(/^HTTP\/1.1 501 Not Implemented\r\n[\s\S]*application\/problem\+json[\s\S]*"status":501/);
    expect(seen).toEqual([]);
  });

  it("is refused a tunnel", async () => {
    await start();
    expect(await speak(proxied.url, ["CONNECT a:1 HTTP/1.1", "host: a:1"])).toMatch(/^HTTP\/1.1 501 /);
  });
});
