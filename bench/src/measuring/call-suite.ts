import { formatTable } from "../report/format-table.ts";
import { formatVerdict } from "../report/format-verdict.ts";
import type { SuiteContext, SuiteReport } from "../suite.ts";
import { type CallOptions, measureRows } from "./measure-rows.ts";

/** Measures what a call costs. */
export async function runCallSuite(context: SuiteContext, options: CallOptions): Promise<SuiteReport> {
  const { rounds, calls, concurrencies } = options;
  const results = await measureRows({ ...context, options, onResult: ({ row }) => context.onMeasured(row.name) });
  const columns = concurrencies.map((count) => `@${count}`);
  const verdict = formatVerdict(results);
  return {
    text: [
      `calls: medians of ${rounds} rounds of ${calls} calls, each against the baseline of its round`,
      formatTable(results, { rate: "calls/s", columns, baseline: "undici Pool.request, static token" }),
      verdict,
    ].join("\n\n"),
    json: {
      rounds,
      calls,
      rows: results.map(({ row: { name, title, kind }, comparisons }) => ({ name, title, kind, comparisons })),
      verdict,
    },
  };
}
