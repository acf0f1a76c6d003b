import type { Comparison } from "../measuring/compare.ts";
import type { RowResult } from "../measuring/measure-rows.ts";
import { toSpread } from "../measuring/spread.ts";

type Cells = readonly string[];

const formatRatio = (ratio: number): string => `×${ratio.toFixed(2)}`;

const toCells = ({ row, comparisons }: RowResult): Cells => [
  row.title,
  ...comparisons.map(({ cpuRatio }) => formatRatio(cpuRatio.median)),
  ...comparisons.map(({ throughputRatio }) => formatRatio(throughputRatio.median)),
];

/** The baseline in absolute numbers: the middle of what it took beside each row. */
function toBaselineCells(results: readonly RowResult[], concurrencies: readonly number[]): Cells {
  const middle = (index: number, read: (baseline: Comparison["baseline"]) => number): string =>
    toSpread(
      results.flatMap(({ comparisons }) => comparisons.slice(index, index + 1).map(({ baseline }) => read(baseline))),
    ).median.toFixed(0);
  return [
    "undici Pool.request, static token: µs, calls/s",
    ...concurrencies.map((_, index) => middle(index, ({ cpuUs }) => cpuUs.median)),
    ...concurrencies.map((_, index) => middle(index, ({ callsPerSecond }) => callsPerSecond.median)),
  ];
}

/** Formats the table: one line a row, CPU and throughput as ratios for each concurrency. */
export function formatTable(results: readonly RowResult[], concurrencies: readonly number[]): string {
  const lines: readonly Cells[] = [
    ["row", ...concurrencies.map((count) => `CPU@${count}`), ...concurrencies.map((count) => `calls/s@${count}`)],
    toBaselineCells(results, concurrencies),
    ...results.map(toCells),
  ];
  const widthOf = (column: number): number => Math.max(...lines.map((line) => line[column]?.length ?? 0));
  return lines
    .map((line) =>
      line
        .map((cell, column) => (column === 0 ? cell.padEnd(widthOf(column)) : cell.padStart(widthOf(column))))
        .join("  "),
    )
    .join("\n");
}
