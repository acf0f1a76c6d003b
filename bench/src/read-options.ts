import { parseArgs } from "node:util";
import type { Row } from "./row.ts";
import { findRow, rows } from "./row-list.ts";

/** How the bench is run. */
export interface BenchOptions {
  /** How often baseline and row take turns. */
  readonly rounds: number;
  /** How many calls one measurement makes. */
  readonly calls: number;
  /** How many calls are made at a time. */
  readonly concurrencies: readonly number[];
  readonly rows: readonly Row[];
  /** Whether the results are printed as JSON. */
  readonly json: boolean;
  /** Whether the rows are run here, alone, for a profiler. */
  readonly profile: boolean;
}

/** What `--help` says. */
export const usage: string = `node bench/dist/main.js [options]

  --rounds N             rounds that count, baseline and row by turns (7)
  --calls N              calls per measurement (3000); with --profile, in all (40000)
  --concurrency A,B,C    calls at a time (1,16,64)
  --rows a,b             ${rows.map(({ name }) => name).join(", ")} (all)
  --json                 print the results as JSON
  --profile              run the row behalf, or those of --rows, in this process: for node --cpu-prof
`;

const bounds = { rounds: 101, calls: 1_000_000, concurrency: 1_024 } as const;

function readCount(name: keyof typeof bounds, text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= bounds[name]) return count;
  throw new RangeError(`--${name} takes whole numbers from 1 to ${bounds[name]}, and not "${text}".`);
}

/**
 * Reads the options of the command line; `undefined` when help is asked for.
 *
 * @throws {RangeError} for a value out of bounds
 */
export function readOptions(args: readonly string[]): BenchOptions | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: "string", default: "7" },
      calls: { type: "string" },
      concurrency: { type: "string", default: "1,16,64" },
      rows: { type: "string" },
      json: { type: "boolean", default: false },
      profile: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return undefined;
  const { profile, json } = values;
  const names = values.rows ?? (profile ? "behalf" : undefined);
  return {
    rounds: readCount("rounds", values.rounds),
    calls: readCount("calls", values.calls ?? (profile ? "40000" : "3000")),
    concurrencies: values.concurrency.split(",").map((text) => readCount("concurrency", text)),
    rows: names === undefined ? rows : names.split(",").map(findRow),
    json,
    profile,
  };
}
