import type { RowResult } from "../measuring/measure-rows.ts";
import { formatRatio, formatTable } from "../report/format-table.ts";
import type { SuiteContext, SuiteReport } from "../suite.ts";
import { type GatewayOptions, measureGateways } from "./measure-gateways.ts";

const leastThroughput = 0.9;

/** Says, in a line, what share of the throughput Behalf keeps. It is a statement, no test. */
function formatKept(results: readonly RowResult[], callers: readonly number[]): string {
  const places = results
    .filter(({ row }) => row.kind === "behalf")
    .flatMap(({ row, comparisons }) =>
      comparisons.map(({ throughputRatio: { median } }, index) => ({ name: row.name, median, count: callers[index] })),
    );
  if (places.length === 0) return "No gateway of Behalf was measured.";
  const keeps = places.every(({ median }) => median >= leastThroughput);
  const list = places.map(({ name, median, count }) => `${name} ${formatRatio(median)} with ${count}`).join(", ");
  return `Behalf ${keeps ? "keeps" : "does not keep"} ×${leastThroughput.toFixed(2)} of the throughput without auth (${list}).`;
}

/** Measures what a gateway loses by looking at its callers, and by exchanging their tokens. */
export async function runGatewaySuite(context: SuiteContext, options: GatewayOptions): Promise<SuiteReport> {
  const { rounds, calls, concurrency, callers } = options;
  const callerTokens = await context.issueCallers(Math.max(...callers));
  const where = { site: context.site, callerTokens, nodeOptions: [] };
  const results = await measureGateways({ where, options, onMeasured: context.onMeasured });
  const columns = callers.map((count) => `, ${count} caller${count === 1 ? "" : "s"}`);
  const tables = Object.entries(results).map(([framework, rows]) =>
    formatTable(rows, { rate: "req/s", columns, baseline: `${framework}, no auth` }),
  );
  const rows = Object.values(results).flat();
  const verdict = formatKept(rows, callers);
  return {
    text: [
      `gateways: medians of ${rounds} rounds of ${calls} requests, ${concurrency} at a time, each against the baseline of its round`,
      ...tables,
      verdict,
    ].join("\n\n"),
    json: {
      rounds,
      calls,
      concurrency,
      callers,
      rows: rows.map(({ row: { name, title, kind }, comparisons }) => ({ name, title, kind, comparisons })),
      verdict,
    },
  };
}
