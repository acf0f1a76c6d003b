import type { ComparedRow, Row } from "../row.ts";
import { baseline as baselineRow } from "../row-list.ts";
import type { Site } from "../site/site.ts";
import { type Comparison, compare, type Pair } from "./compare.ts";
import { startWorker, type Worker } from "./start-worker.ts";

/** How much is measured. */
export interface CallOptions {
  /** How often baseline and row take turns. */
  readonly rounds: number;
  /** How many calls one measurement makes. */
  readonly calls: number;
  /** How many calls are made at a time. */
  readonly concurrencies: readonly number[];
  readonly rows: readonly Row[];
}

/** A row with its comparisons, one a column of the table. */
export interface RowResult {
  readonly row: ComparedRow;
  readonly comparisons: readonly Comparison[];
}

const warmUp = { calls: 4_000, concurrency: 16 } as const;

async function compareAll(pair: Pair, { rounds, calls, concurrencies }: CallOptions): Promise<readonly Comparison[]> {
  await pair.row.measure(warmUp);
  const comparisons: Comparison[] = [];
  for (const concurrency of concurrencies) comparisons.push(await compare(pair, { rounds, calls, concurrency }));
  return comparisons;
}

async function measureRow(row: Row, baseline: Worker, { site, options }: Measuring): Promise<RowResult> {
  const worker = startWorker(row, site);
  try {
    return { row, comparisons: await compareAll({ baseline, row: worker }, options) };
  } finally {
    await worker.end();
  }
}

/** Where and how rows are measured. */
export interface Measuring {
  readonly site: Site;
  readonly options: CallOptions;
  /** Hears of each row that is measured. */
  readonly onResult: (result: RowResult) => void;
}

/** Measures the rows one after the other, each by turns with one and the same baseline. */
export async function measureRows(measuring: Measuring): Promise<readonly RowResult[]> {
  const baseline = startWorker(baselineRow, measuring.site);
  try {
    await baseline.measure(warmUp);
    const results: RowResult[] = [];
    for (const row of measuring.options.rows) {
      const result = await measureRow(row, baseline, measuring);
      measuring.onResult(result);
      results.push(result);
    }
    return results;
  } finally {
    await baseline.end();
  }
}
