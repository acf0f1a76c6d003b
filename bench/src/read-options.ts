import { parseArgs } from "node:util";
import type { Asked, Suite } from "./suite.ts";
import { suites } from "./suites.ts";

/** How the bench is run. */
export interface BenchOptions {
  readonly suites: readonly Suite[];
  readonly asked: Asked;
  /** Whether the results are printed as JSON. */
  readonly json: boolean;
  /** Whether what is measured runs alone, for a profiler. */
  readonly profile: boolean;
  /** Where the results are written; `undefined` if they are only printed. */
  readonly folder: string | undefined;
}

const namesOf = (list: readonly { readonly name: string }[]): string => list.map(({ name }) => name).join(", ");

const rowLines = suites
  .filter(({ rows }) => rows.length > 0)
  .map(({ name, rows }) => `                         ${name}: ${namesOf(rows)}`);

/** What `--help` says. */
export const usage: string = `node bench/dist/main.js [options]

  --suite NAME           ${namesOf(suites)} (all)
  --rounds N             rounds that count, baseline and row by turns (15; exchange, streams: 9; hit, memory: 11; stampede, storm: 5)
  --sets N               fresh sets of processes that the rounds are spread over (5; streams: 3; exchange: 2), of calls, exchange, gateway, streams
  --calls N              calls per measurement (5000; exchange: 3000; hit: 30000; memory: 200000; stampede: 1000; streams: 200; endurance:
                         1000000); with --profile, in all (40000)
  --concurrency A,B,C    calls at a time (1,16,64); exchange (16) too; gateway (32), storm (64), streams (4) and endurance (64)
                         take the first
  --callers A,B          callers that take turns, of gateway and hit (1,200)
  --users N              users that take turns, of exchange (10000)
  --rows a,b             only these rows (all; endurance: undici-request, behalf); results are printed, not written; of
${rowLines.join("\n")}
  --json                 print the results as JSON
  --print                write nothing
  --out FOLDER           where results.json, RESULTS.md and results.svg are written (bench)
  --profile              calls: run the row behalf, or those of --rows, in this process, for node --cpu-prof;
                         gateway, hit, memory: run under --cpu-prof, which writes a profile into the present folder
`;

const bounds = {
  rounds: 101,
  sets: 101,
  calls: 10_000_000,
  concurrency: 1_024,
  callers: 1_000,
  users: 100_000,
} as const;
type CountName = keyof typeof bounds;

function readCount(name: CountName, text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= bounds[name]) return count;
  throw new RangeError(`--${name} takes whole numbers from 1 to ${bounds[name]}, and not "${text}".`);
}

const readList = (name: CountName, text: string): readonly number[] =>
  text.split(",").map((part) => readCount(name, part));

function readRowNames(text: string | undefined): readonly string[] | undefined {
  const names = text?.split(",");
  const rows = suites.flatMap((suite) => suite.rows);
  const unknown = names?.find((name) => !rows.some((row) => row.name === name));
  if (unknown === undefined) return names;
  throw new RangeError(`There is no row "${unknown}"; --help lists them.`);
}

/** The suites that are asked for and have one of the rows. */
function chooseSuites(name: string | undefined, rows: readonly string[] | undefined): readonly Suite[] {
  const named = suites.filter((suite) => name === undefined || name === suite.name);
  if (named.length === 0) throw new RangeError(`There is no suite "${name}"; the suites are ${namesOf(suites)}.`);
  const chosen = rows ? named.filter((suite) => suite.rows.some((row) => rows.includes(row.name))) : named;
  if (chosen.length === 0) throw new RangeError("The suite has none of these rows.");
  return chosen;
}

const parse = (args: readonly string[]) =>
  parseArgs({
    args: [...args],
    options: {
      suite: { type: "string" },
      rounds: { type: "string" },
      sets: { type: "string" },
      calls: { type: "string" },
      concurrency: { type: "string" },
      callers: { type: "string", default: "1,200" },
      users: { type: "string", default: "10000" },
      rows: { type: "string" },
      out: { type: "string" },
      print: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      profile: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  }).values;

function toAsked(values: ReturnType<typeof parse>): Asked {
  const count = (name: "rounds" | "sets" | "calls"): number | undefined => {
    const text = values[name];
    return text === undefined ? undefined : readCount(name, text);
  };
  return {
    rounds: count("rounds"),
    sets: count("sets"),
    calls: count("calls"),
    concurrencies: values.concurrency === undefined ? undefined : readList("concurrency", values.concurrency),
    callers: readList("callers", values.callers),
    users: readCount("users", values.users),
    names: readRowNames(values.rows),
  };
}

/**
 * Reads the options of the command line; `undefined` when help is asked for. Results are written to `benchFolder` unless the
 * options say otherwise.
 *
 * @throws {RangeError} for a value out of bounds, an unknown name, and rows that are not of the suite
 */
export function readOptions(args: readonly string[], benchFolder: string): BenchOptions | undefined {
  const values = parse(args);
  if (values.help) return undefined;
  const { json, profile, print, out = benchFolder } = values;
  const asked = toAsked(values);
  const chosen = chooseSuites(values.suite ?? (profile ? "calls" : undefined), asked.names);
  return { suites: chosen, asked, json, profile, folder: print || asked.names ? undefined : out };
}
