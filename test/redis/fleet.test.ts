import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ScriptedAs, startScriptedAs } from "../support/scripted-as.ts";
import { type Backend, startBackend } from "../support/scripted-backend.ts";
import { type RedisServer, type ServerName, serverNames, startRedis } from "../support/start-redis.ts";
import { clientKinds } from "./clients.ts";
import { describeWith } from "./describe-with.ts";
import { type FleetCalls, type FleetProcess, type FleetResult, startFleet } from "./start-fleet.ts";

/** Four processes, and what they talk to. */
interface Fleet {
  readonly as: ScriptedAs;
  readonly backend: Backend;
  readonly processes: readonly FleetProcess[];
  /** Kills the first one. */
  crash(): Promise<void>;
  startAnother(): Promise<FleetProcess>;
  close(): Promise<void>;
}

async function openFleet(server: RedisServer): Promise<Fleet> {
  const [as, backend] = [await startScriptedAs(), await startBackend()];
  const settings = { as, backendUrl: backend.url, port: server.port };
  let processes = await startFleet(4, settings);
  return {
    as,
    backend,
    get processes() {
      return processes;
    },
    async crash() {
      const [first, ...others] = processes;
      processes = others;
      await first?.kill();
    },
    async startAnother() {
      const [another] = await startFleet(1, settings);
      if (!another) throw new Error("None was started");
      processes = [...processes, another];
      return another;
    },
    async close() {
      await Promise.all([...processes.map((one) => one.kill()), as.close(), backend.close()]);
    },
  };
}

/** Gives the fleet of the tests that are described beside it. */
function useFleet(name: ServerName): () => Fleet {
  let server: RedisServer;
  let fleet: Fleet;
  beforeAll(async () => {
    server = await startRedis({ name });
    fleet = await openFleet(server);
  });
  afterAll(async () => {
    await fleet?.close();
    await server?.stop();
  });
  return () => fleet;
}

function sumSources(results: readonly FleetResult[]): Readonly<Record<string, number>> {
  const sources: Record<string, number> = {};
  for (const [source, count] of results.flatMap((result) => Object.entries(result.sources))) {
    sources[source] = (sources[source] ?? 0) + count;
  }
  return sources;
}

const listFailures = (results: readonly FleetResult[]) => results.flatMap(({ failures }) => failures);

const callAll = (processes: readonly FleetProcess[], calls: FleetCalls): Promise<readonly FleetResult[]> =>
  Promise.all(processes.map((one) => one.call(calls)));

const show = (ms: number): string => `${ms.toFixed(0)} ms`;

function describeColdStart(name: ServerName, kind: string, fleetOf: () => Fleet): void {
  it("ask once for a thousand cold calls", async () => {
    const { as, backend, processes } = fleetOf();
    const [asked, called] = [as.count("token"), backend.requests.length];
    const results = await callAll(processes, { kind, service: "jobs", calls: 250 });
    const requests = as.count("token") - asked;
    const slowestMs = Math.max(...results.map(({ durationMs }) => durationMs));
    console.info(`${name}, ${kind}: 4 × 250 cold calls, token requests: ${requests}, done after ${show(slowestMs)}`);
    expect(listFailures(results)).toEqual([]);
    expect(requests).toBe(1);
    expect(sumSources(results)).toEqual({ server: 1, store: 3, joined: 996 });
    const shown = backend.requests.slice(called).map(({ headers }) => headers.authorization);
    expect([shown.length, new Set(shown).size]).toEqual([1_000, 1]);
  });
}

const kinds = clientKinds.map(({ name }) => name);
const invoices = { service: "invoices", calls: 50 } as const;

/** What the crash of a process has cost the others. */
interface CrashReport {
  readonly requests: number;
  readonly againMs: number;
  readonly allMs: number;
  readonly results: ReadonlyMap<string, readonly FleetResult[]>;
}

/** Kills the process that asks for a token of each client, while the others wait for those. */
async function crashAsking({ as, processes, crash }: Fleet): Promise<CrashReport> {
  const asked = as.count("token");
  const gate = as.hold("token");
  for (const kind of kinds) void processes[0]?.call({ ...invoices, kind, calls: 1 });
  await gate.arrived(kinds.length);
  const startedAt = performance.now();
  const others = processes.slice(1);
  const callOthers = async (kind: string) => [kind, await callAll(others, { ...invoices, kind })] as const;
  const calling = Promise.all(kinds.map(callOthers));
  await crash();
  await gate.arrived(2 * kinds.length);
  const againMs = performance.now() - startedAt;
  gate.release();
  const results = new Map(await calling);
  const allMs = performance.now() - startedAt;
  return { requests: as.count("token") - asked, againMs, allMs, results };
}

function describeCrash(name: ServerName, fleetOf: () => Fleet): void {
  it("lose no more than the life of a lock by the crash of the one that asks, over any client", async () => {
    const { requests, againMs, allMs, results } = await crashAsking(fleetOf());
    console.info(
      `${name}, each client: kill -9 of the lock's holder: asked again after ${show(againMs)}, all served after ${show(allMs)}, token requests: ${requests}`,
    );
    expect(allMs).toBeLessThan(2_500 + 1_500);
    expect(requests).toBe(2 * kinds.length);
    for (const kind of kinds) {
      const ofKind = results.get(kind) ?? [];
      expect(listFailures(ofKind)).toEqual([]);
      expect(sumSources(ofKind)).toEqual({ server: 1, store: 2, joined: 147 });
    }
  });

  it("give their tokens to one that is started later", async () => {
    const { as, startAnother } = fleetOf();
    const asked = as.count("token");
    const another = await startAnother();
    const results = await Promise.all(kinds.map((kind) => another.call({ ...invoices, kind })));
    expect(results).toMatchObject(kinds.map(() => ({ failures: [], sources: { store: 1, joined: 49 } })));
    expect(as.count("token")).toBe(asked);
  });
}

describe.each(serverNames)("four processes over a store", (name) => {
  describeWith(name, () => {
    const fleetOf = useFleet(name);
    describe.each(kinds)("over %s", (kind) => describeColdStart(name, kind, fleetOf));
    describe("of which one crashes", () => describeCrash(name, fleetOf));
  });
});
