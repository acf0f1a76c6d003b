import type { Cells } from "./report/format-columns.ts";
import type { ComparedRow } from "./row.ts";
import type { Site } from "./site/site.ts";
import type { SiteCounts } from "./site/traffic.ts";

/** What was measured, for people and for programs. */
export interface SuiteReport {
  /** What was measured, and how often. */
  readonly heading: string;
  /** The first line of each table is its head. */
  readonly tables: readonly (readonly Cells[])[];
  /** How Behalf stands, a sentence each. They are statements, no tests. */
  readonly verdicts: readonly string[];
  /** All numbers, as JSON. */
  readonly measured: object;
}

/** What a suite works with. */
export interface SuiteContext {
  readonly site: Site;
  /** Issues tokens of so many callers. */
  issueCallers(count: number): Promise<readonly string[]>;
  /** Begins to count what the servers are asked; after so many requests, the backend refuses every token issued before. */
  watch(refuseAfter?: number): Promise<void>;
  /** What the servers were asked since. */
  count(): Promise<SiteCounts>;
  /** Hears of each row that is measured. */
  onMeasured(name: string): void;
}

/** What the command line asks of a suite; what it does not say is the suite's to choose. */
export interface Asked {
  readonly rounds: number | undefined;
  readonly calls: number | undefined;
  /** How many fresh sets of processes the rounds are spread over. */
  readonly sets: number | undefined;
  readonly concurrencies: readonly number[] | undefined;
  readonly callers: readonly number[];
  readonly users: number;
  /** The rows that are named. */
  readonly names: readonly string[] | undefined;
}

/** A part of the bench that runs by itself. */
export interface Suite {
  readonly name: string;
  /** The rows that can be named; none, if the suite is of one piece. */
  readonly rows: readonly ComparedRow[];
  run(context: SuiteContext, asked: Asked): Promise<SuiteReport>;
  /** Runs what is measured for a profiler. */
  profile?(context: SuiteContext, asked: Asked): Promise<void>;
}

/** The rows that are named, in the order of the table. */
export function chooseRows<row extends ComparedRow>(
  list: readonly row[],
  names: readonly string[] | undefined,
): readonly row[] {
  return names ? list.filter(({ name }) => names.includes(name)) : list;
}
