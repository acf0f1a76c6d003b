import type { Comparison } from "../measuring/compare.ts";
import type { RowResult } from "../measuring/measure-sets.ts";
import { toSpread } from "../measuring/spread.ts";
import type { Cells } from "./format-columns.ts";

/** What stands above and below the lines of the rows. */
export interface TableHead {
  /** What the calls are called in this table. */
  readonly rate: string;
  /** One a comparison. */
  readonly columns: readonly string[];
  readonly baseline: string;
}

/** Writes a ratio. */
export const formatRatio = (ratio: number): string => `×${ratio.toFixed(2)}`;

const toCells = ({ row, comparisons }: RowResult): Cells => [
  row.title,
  ...comparisons.map(({ cpuRatio }) => formatRatio(cpuRatio.median)),
  ...comparisons.map(({ throughputRatio }) => formatRatio(throughputRatio.median)),
];

/** The baseline in absolute numbers: the middle of what it took beside each row. */
function toBaselineCells(results: readonly RowResult[], { baseline, columns, rate }: TableHead): Cells {
  const middle = (index: number, read: (baseline: Comparison["baseline"]) => number): string =>
    toSpread(
      results.flatMap(({ comparisons }) => comparisons.slice(index, index + 1).map(({ baseline }) => read(baseline))),
    ).median.toFixed(0);
  return [
    `${baseline}: µs, ${rate}`,
    ...columns.map((_, index) => middle(index, ({ cpuUs }) => cpuUs.median)),
    ...columns.map((_, index) => middle(index, ({ callsPerSecond }) => callsPerSecond.median)),
  ];
}

/** Makes the table: one line a row, CPU and throughput as ratios for each column. */
export function toTable(results: readonly RowResult[], head: TableHead): readonly Cells[] {
  const { columns, rate } = head;
  return [
    ["row", ...columns.map((column) => `CPU${column}`), ...columns.map((column) => `${rate}${column}`)],
    toBaselineCells(results, head),
    ...results.map(toCells),
  ];
}

/** What is kept of a row's result. */
export function describeRow({ row: { name, title, kind }, comparisons }: RowResult): object {
  return { name, title, kind, comparisons };
}
