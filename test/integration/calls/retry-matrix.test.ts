import { Readable } from "node:stream";
import { BehalfError, type BodyCallOptions, type Call, createBehalf, type HttpMethod } from "behalf";
import { afterAll, beforeAll, describe, it, type TestContext } from "vitest";
import { type Script, type ScriptedServer, startScriptedServer } from "../../hostile/http-faults/scripted-server.ts";
import { ends, good, head, resets, sends } from "../../hostile/http-faults/vocabulary.ts";
import { toRoot } from "../../support/open-behalf.ts";
import { type ScriptedAs, startScriptedAs } from "../../support/scripted-as.ts";

/** What goes wrong with the first attempt. The second one is answered. */
interface Fault {
  readonly script: Script;
  /** Whether another attempt may follow. */
  readonly retried: boolean;
  /** What the caller gets where none does. */
  readonly alone: string;
}

const status = (line: string, ...headers: readonly string[]): Script =>
  sends([`HTTP/1.1 ${line}`, "content-length: 0", ...headers, "", ""].join("\r\n"));

const unreachable = { retried: true, alone: "BEHALF_BACKEND_UNREACHABLE" };
const refused = "BEHALF_BACKEND_ERROR";

const faults = {
  reset: { ...unreachable, script: resets() },
  closed: { ...unreachable, script: ends() },
  halfAHead: { ...unreachable, script: resets("HTTP/1.1 200 OK\r\ncontent-le") },
  halfABody: { ...unreachable, script: resets(head("content-length: 10"), "half") },
  malformedChunk: { ...unreachable, script: sends(head("transfer-encoding: chunked"), "zz\r\n") },
  noAnswer: { script: () => {}, retried: true, alone: "BEHALF_BACKEND_TIMEOUT" },
  unavailable: { script: status("503 Service Unavailable"), retried: true, alone: refused },
  tooManyRequests: { script: status("429 Too Many Requests", "retry-after: 0"), retried: true, alone: refused },
  unavailableForLong: { script: status("503 Service Unavailable", "retry-after: 60"), retried: false, alone: refused },
  broken: { script: status("500 Internal Server Error"), retried: false, alone: refused },
  notFound: { script: status("404 Not Found"), retried: false, alone: refused },
  tooLarge: { script: sends(good("x".repeat(2_000))), retried: false, alone: "BEHALF_BACKEND_UNREADABLE" },
} as const satisfies Readonly<Record<string, Fault>>;

type FaultName = keyof typeof faults;
const names = Object.keys(faults) as FaultName[];

interface Row {
  readonly name: string;
  readonly method: HttpMethod;
  readonly options: () => BodyCallOptions;
  /** Whether the request may be sent again. */
  readonly repeatable: boolean;
}

const key = { headers: { "idempotency-key": "7f3a" } };
const stream = (): Readable => Readable.from([Buffer.from("a stream")]);

const rows: readonly Row[] = [
  { name: "GET", method: "GET", options: () => ({}), repeatable: true },
  { name: "OPTIONS", method: "OPTIONS", options: () => ({}), repeatable: true },
  { name: "DELETE", method: "DELETE", options: () => ({}), repeatable: true },
  { name: "DELETE of a stream", method: "DELETE", options: () => ({ body: stream() }), repeatable: false },
  { name: "PUT", method: "PUT", options: () => ({}), repeatable: true },
  { name: "PUT of JSON", method: "PUT", options: () => ({ json: { a: 1 } }), repeatable: true },
  { name: "PUT of text", method: "PUT", options: () => ({ body: "a text" }), repeatable: true },
  { name: "PUT of bytes", method: "PUT", options: () => ({ body: Buffer.from("bytes") }), repeatable: true },
  { name: "PUT of a form", method: "PUT", options: () => ({ body: new URLSearchParams("a=1") }), repeatable: true },
  { name: "PUT of a stream", method: "PUT", options: () => ({ body: stream() }), repeatable: false },
  { name: "POST of JSON", method: "POST", options: () => ({ json: 1 }), repeatable: false },
  { name: "POST of JSON with a key", method: "POST", options: () => ({ json: 1, ...key }), repeatable: true },
  {
    name: "POST of a stream with a key",
    method: "POST",
    options: () => ({ body: stream(), ...key }),
    repeatable: false,
  },
  { name: "PATCH of JSON", method: "PATCH", options: () => ({ json: 1 }), repeatable: false },
  { name: "PATCH of JSON with a key", method: "PATCH", options: () => ({ json: 1, ...key }), repeatable: true },
];

const retry = { attempts: 3, minDelayMs: 1, maxDelayMs: 5 };

let as: ScriptedAs;

beforeAll(async () => {
  as = await startScriptedAs();
});
afterAll(() => as.close());

type AtEnd = TestContext["onTestFinished"];

/** Opens an API whose one backend fails at first, on a path for each fault. */
function openBackend(server: ScriptedServer, atEnd: AtEnd) {
  for (const [name, { script }] of Object.entries(faults)) {
    server.on(`/${name}`, (turn) => (turn.round === 0 ? script : sends(good("ok")))(turn));
  }
  const behalf = createBehalf({
    ...toRoot(as),
    services: {
      backend: {
        host: server.url,
        grantType: "none",
        maxResponseBytes: 1_000,
        retry,
        endpoints: { noAnswer: { path: "/noAnswer", timeoutMs: 3_000, retry: { ...retry, attemptTimeoutMs: 300 } } },
      },
    },
  });
  atEnd(() => behalf.close());
  return behalf.service("backend");
}

async function endOf(call: Call): Promise<string> {
  try {
    return (await call.unwrap()).text();
  } catch (error) {
    if (!BehalfError.is(error)) throw error;
    return error.code;
  }
}

describe("the retry matrix", () => {
  // Rows wait most of their time: they wait together.
  it.concurrent.for(rows)("$name", async ({ method, options, repeatable }, { expect, onTestFinished }) => {
    const server = await startScriptedServer(undefined, onTestFinished);
    const backend = openBackend(server, onTestFinished);
    const send = (name: FaultName): Call =>
      name === "noAnswer"
        ? backend.endpoint(name).send(method, options())
        : backend.send(method, `/${name}`, options());
    const ended = await Promise.all(names.map((name) => endOf(send(name))));
    const got = names.map((name, index) => [
      name,
      server.paths.filter((path) => path === `/${name}`).length,
      ended[index],
    ]);
    const wanted = names.map((name) => {
      const { retried, alone } = faults[name];
      return retried && repeatable ? [name, 2, "ok"] : [name, 1, alone];
    });
    expect(got).toEqual(wanted);
  });
});
