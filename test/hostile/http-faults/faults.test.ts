import { Readable } from "node:stream";
import { setImmediate, setTimeout as sleep } from "node:timers/promises";
import type { Call } from "behalf";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ScriptedAs, startScriptedAs } from "../../support/scripted-as.ts";
import { bodies } from "./cases/bodies.ts";
import { connections } from "./cases/connections.ts";
import { heads } from "./cases/heads.ts";
import { type Backend, openBackend, type Reader, read } from "./open-backend.ts";
import { startScriptedServer } from "./scripted-server.ts";
import type { Expected, FaultCase } from "./vocabulary.ts";

const timeoutMs = 400;
/** The deadline, one turn of the wheel, and what a busy machine takes. */
const boundMs = timeoutMs + 250 + 1_500;
const outcomes = new Map<string, string[]>();
let as: ScriptedAs;

beforeAll(async () => {
  as = await startScriptedAs();
});

afterAll(async () => {
  await as.close();
  const rows = [...outcomes].map(([name, results]) => `${name.padEnd(52)} ${[...new Set(results)].join(" | ")}`);
  console.log(
    `${rows.join("\n")}\n${outcomes.size} faults, each over a new and a used connection, as text and as a stream`,
  );
});

const print = (got: Expected): string => ("code" in got ? got.code : `${got.status} ${JSON.stringify(got.body)}`);

function start(backend: Backend, method: FaultCase["method"] = "GET"): Call {
  const fault = backend.endpoint("fault");
  if (method === "HEAD") return fault.head({ timeoutMs });
  if (method === "GET") return fault.get({ timeoutMs });
  return fault.post({ timeoutMs, body: Readable.from(Array(8).fill("x".repeat(65_536))) });
}

function toExpected({ expected, used, streamed, method }: FaultCase, reader: Reader, isUsed: boolean): Expected {
  const wanted = (isUsed ? used : undefined) ?? (reader === "stream" ? streamed : undefined) ?? expected;
  // A stream tells no status, and an answer of status 3xx has none.
  return reader === "stream" && "status" in wanted && method !== "HEAD" ? { ...wanted, status: 200 } : wanted;
}

describe.each([
  ["new", "text"],
  ["new", "stream"],
  ["used", "text"],
  ["used", "stream"],
] as const)("over a %s connection, read as %s,", (connection, reader) => {
  it.each([...heads, ...bodies, ...connections])("$name", async (fault) => {
    const isUsed = connection === "used";
    const server = await startScriptedServer();
    const backend = openBackend({ as, server, script: fault.script });
    if (isUsed) {
      expect(await read(backend.endpoint("next").get(), "text")).toEqual({ status: 200, body: "fine" });
      await sleep(10);
      // So that what has come meanwhile is read first.
      await setImmediate();
    }
    const startedAt = performance.now();
    const got = await read(start(backend, fault.method), reader);
    const tookMs = performance.now() - startedAt;
    outcomes.set(fault.name, [...(outcomes.get(fault.name) ?? []), print(got)]);
    expect(got).toEqual(toExpected(fault, reader, isUsed));
    expect(tookMs).toBeLessThan(boundMs);
    expect(server.paths.filter((path) => path === "/fault")).toHaveLength(isUsed ? (fault.usedRequests ?? 1) : 1);

    await sleep(10);
    expect(await read(backend.endpoint("next").get({ timeoutMs: 5_000 }), "text")).toEqual({
      status: 200,
      body: "fine",
    });
  });
});
