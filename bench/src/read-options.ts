import { parseArgs } from "node:util";
import { gatewayRows } from "./gateway/gateway-row-list.ts";
import type { GatewayOptions } from "./gateway/measure-gateways.ts";
import type { HitOptions } from "./hit/hit-suite.ts";
import type { CallOptions } from "./measuring/measure-rows.ts";
import type { MemoryOptions } from "./memory/memory-suite.ts";
import { rows } from "./row-list.ts";

/** How the bench is run: only the suites that are there. */
export interface BenchOptions {
  readonly calls: CallOptions | undefined;
  readonly gateway: GatewayOptions | undefined;
  readonly hit: HitOptions | undefined;
  readonly memory: MemoryOptions | undefined;
  /** Whether the results are printed as JSON. */
  readonly json: boolean;
  /** Whether what is measured runs alone, for a profiler. */
  readonly profile: boolean;
}

const namesOf = (list: readonly { readonly name: string }[]): string => list.map(({ name }) => name).join(", ");

/** What `--help` says. */
export const usage: string = `node bench/dist/main.js [options]

  --suite NAME           calls, gateway, hit, memory (all)
  --rounds N             rounds that count, baseline and row by turns (7; hit, memory: 11)
  --calls N              calls per measurement (3000; hit: 30000; memory: 200000); with --profile, in all (40000)
  --concurrency A,B,C    calls at a time (1,16,64); gateways take the first (32)
  --callers A,B          callers that take turns, of gateway and hit (1,200)
  --rows a,b             only these rows (all), of
                         calls: ${namesOf(rows)}
                         gateway: ${namesOf(gatewayRows)}
  --json                 print the results as JSON
  --profile              calls: run the row behalf, or those of --rows, in this process, for node --cpu-prof;
                         gateway, hit, memory: run under --cpu-prof, which writes a profile into the present folder
`;

const suites = ["calls", "gateway", "hit", "memory"] as const;
type SuiteName = (typeof suites)[number];

const bounds = { rounds: 101, calls: 1_000_000, concurrency: 1_024, callers: 1_000 } as const;
type CountName = keyof typeof bounds;

function readCount(name: CountName, text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= bounds[name]) return count;
  throw new RangeError(`--${name} takes whole numbers from 1 to ${bounds[name]}, and not "${text}".`);
}

function readSuites(name: string | undefined): ReadonlySet<SuiteName> {
  const chosen = suites.filter((suite) => name === undefined || name === suite);
  if (chosen.length === 0) throw new RangeError(`There is no suite "${name}"; the suites are ${suites.join(", ")}.`);
  return new Set(chosen);
}

/** The rows that are named, in the order of the table. */
function chooseRows<row extends { readonly name: string }>(
  list: readonly row[],
  names: readonly string[] | undefined,
): readonly row[] {
  return names ? list.filter(({ name }) => names.includes(name)) : list;
}

function readRowNames(text: string | undefined): readonly string[] | undefined {
  const names = text?.split(",");
  const unknown = names?.find((name) => ![...rows, ...gatewayRows].some((row) => row.name === name));
  if (unknown === undefined) return names;
  throw new RangeError(`There is no row "${unknown}"; the rows are ${namesOf([...rows, ...gatewayRows])}.`);
}

const parse = (args: readonly string[]) =>
  parseArgs({
    args: [...args],
    options: {
      suite: { type: "string" },
      rounds: { type: "string" },
      calls: { type: "string" },
      concurrency: { type: "string" },
      callers: { type: "string", default: "1,200" },
      rows: { type: "string" },
      json: { type: "boolean", default: false },
      profile: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  }).values;

/**
 * Reads the options of the command line; `undefined` when help is asked for.
 *
 * @throws {RangeError} for a value out of bounds, an unknown name, and rows that are not of the suite
 */
export function readOptions(args: readonly string[]): BenchOptions | undefined {
  const values = parse(args);
  if (values.help) return undefined;
  const options = toOptions(values);
  if (options.calls || options.gateway || options.hit || options.memory) return options;
  throw new RangeError("The suite has none of these rows.");
}

function toOptions(values: ReturnType<typeof parse>): BenchOptions {
  const { profile, json } = values;
  const chosen = readSuites(values.suite ?? (profile ? "calls" : undefined));
  const names = readRowNames(values.rows);
  const list = (name: CountName, text: string): readonly number[] =>
    text.split(",").map((part) => readCount(name, part));
  const rounds = (usual: string): number => readCount("rounds", values.rounds ?? usual);
  const calls = (usual: string): number => readCount("calls", values.calls ?? (profile ? "40000" : usual));
  const callers = list("callers", values.callers);
  const callRows = chooseRows(rows, names ?? (profile ? ["behalf"] : undefined));
  const gateways = chooseRows(gatewayRows, names ?? (profile ? ["behalf-fastify"] : undefined));
  const concurrencies = list("concurrency", values.concurrency ?? "1,16,64");
  const [concurrency = 32] = values.concurrency === undefined ? [] : concurrencies;
  return {
    calls:
      chosen.has("calls") && callRows.length > 0
        ? { rounds: rounds("7"), calls: calls("3000"), concurrencies, rows: callRows }
        : undefined,
    gateway:
      chosen.has("gateway") && gateways.length > 0
        ? { rounds: rounds("7"), calls: calls("3000"), concurrency, callers, rows: gateways }
        : undefined,
    hit:
      chosen.has("hit") && names === undefined
        ? { rounds: rounds("11"), calls: calls("30000"), callers, profile }
        : undefined,
    memory:
      chosen.has("memory") && names === undefined
        ? { rounds: rounds("11"), calls: calls("200000"), profile }
        : undefined,
    json,
    profile,
  };
}
