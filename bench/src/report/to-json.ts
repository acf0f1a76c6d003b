import type { RowResult } from "../measuring/measure-rows.ts";
import type { BenchOptions } from "../read-options.ts";
import { readEnvironment } from "./environment.ts";
import { formatVerdict } from "./format-verdict.ts";

/** Writes all that was measured as JSON. */
export function toJson(results: readonly RowResult[], { rounds, calls }: BenchOptions): string {
  const rows = results.map(({ row: { name, title, kind }, comparisons }) => ({ name, title, kind, comparisons }));
  return JSON.stringify(
    { environment: readEnvironment(), rounds, calls, rows, verdict: formatVerdict(results) },
    undefined,
    2,
  );
}
