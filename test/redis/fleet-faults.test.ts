import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it, onTestFinished } from "vitest";
import { recordEvents } from "../support/record-events.ts";
import { type RedisServer, type ServerName, serverNames, startRedis } from "../support/start-redis.ts";
import { type Relay, startRelay } from "../support/start-relay.ts";
import { type ClientKind, clientKinds } from "./clients.ts";
import { describeWith } from "./describe-with.ts";
import { openTraffic, type Traffic } from "./open-traffic.ts";

/** What befalls a store, and what an operator is told of it. */
interface Fault {
  readonly name: string;
  begin(): unknown;
  end(): unknown;
  readonly states: readonly string[];
}

const slowMs = 400;
const lost = ["unreachable", "reachable"];

function listFaults(server: RedisServer, relay: Relay): readonly Fault[] {
  return [
    { name: "killed", begin: () => server.kill(), end: () => server.start(), states: lost },
    { name: "frozen", begin: () => server.freeze(), end: () => server.thaw(), states: lost },
    {
      name: "slowed",
      begin: () => relay.slowDown(slowMs),
      async end() {
        relay.slowDown(0);
        // What was held back must not be overtaken.
        await sleep(3 * slowMs);
      },
      states: lost,
    },
    {
      name: "filled",
      begin: () => server.ask("config", "set", "maxmemory", "1"),
      end: () => server.ask("config", "set", "maxmemory", "0"),
      states: ["unwritable", "writable"],
    },
    { name: "flushed", begin: () => server.ask("flushall"), end: () => {}, states: [] },
  ];
}

const percentile = (values: readonly number[], share: number): number =>
  values.toSorted((one, other) => one - other)[Math.floor(values.length * share)] ?? Number.NaN;

const callsWithFault = 3_000;
const callsWithout = 1_000;
const warmUp = 500;

interface Row {
  readonly store: string;
  readonly "p99 without": string;
  readonly "p99 with": string;
  readonly "token requests": number;
}

const show = (values: readonly number[]): string => `${percentile(values, 0.99).toFixed(1)} ms`;

async function bear(fault: Fault, traffic: Traffic): Promise<Row> {
  const requests = traffic.as.count("token");
  const before = await traffic.run(callsWithout / 2);
  await fault.begin();
  const during = await traffic.run(callsWithFault);
  await fault.end();
  traffic.clock.advance(31_000);
  const after = await traffic.run(callsWithout / 2);
  return {
    store: fault.name,
    "p99 without": show([...before, ...after]),
    "p99 with": show(during),
    "token requests": traffic.as.count("token") - requests,
  };
}

function describeFaults(name: ServerName, kind: ClientKind): void {
  it("fails no call and gives nobody another's token while the store is killed, frozen, slowed, filled and flushed", async () => {
    const server = await startRedis({ name, args: ["--maxmemory-policy", "noeviction"] });
    onTestFinished(() => server.stop());
    const relay = await startRelay(server.port);
    onTestFinished(() => relay.close());
    const states = recordEvents("behalf:state");
    const traffic = await openTraffic(kind, relay.port);
    await traffic.run(warmUp);
    const rows: Row[] = [];
    const told: Record<string, readonly string[]> = {};
    const faults = listFaults(server, relay);
    for (const fault of faults) {
      const [known, lines] = [states.length, traffic.warnings().length];
      rows.push(await bear(fault, traffic));
      told[fault.name] = states.slice(known).map(({ state }) => state);
      expect(traffic.warnings().length - lines).toBe(fault.states.length);
    }
    console.info(`${name}, ${kind.name}: ${traffic.calls()} calls; p99 of calls with a token from memory`);
    console.table(rows);
    expect(traffic.failures()).toEqual([]);
    expect(traffic.strangers()).toEqual([]);
    expect(traffic.calls()).toBe(warmUp + 20_000);
    expect(told).toEqual(Object.fromEntries(faults.map((fault) => [fault.name, fault.states])));
  }, 60_000);
}

describe.each(serverNames)("an API over a store", (name) => {
  describeWith(name, () => {
    describe.each(clientKinds)("over $name", (kind) => describeFaults(name, kind));
  });
});
