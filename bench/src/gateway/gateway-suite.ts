import type { RowResult } from "../measuring/measure-sets.ts";
import { countNoun } from "../report/count-noun.ts";
import { describeRow, formatRatio, toTable } from "../report/format-table.ts";
import { type Asked, chooseRows, type Suite, type SuiteContext, type SuiteReport } from "../suite.ts";
import { gatewayRows } from "./gateway-row-list.ts";
import { measureGateways } from "./measure-gateways.ts";
import { profileGateways } from "./profile-gateways.ts";

const leastThroughput = 0.95;

/** Says, in a line, what share of the throughput Behalf keeps. It is a statement, no test. */
function formatKept(results: readonly RowResult[], callers: readonly number[]): string {
  const places = results
    .filter(({ row }) => row.kind === "behalf")
    .flatMap(({ row, comparisons }) =>
      comparisons.map(({ throughputRatio: { median } }, index) => ({
        name: row.name,
        median,
        count: callers[index] ?? 0,
      })),
    );
  if (places.length === 0) return "No gateway of Behalf was measured.";
  const list = (keeps: boolean): string =>
    places
      .filter(({ median }) => median >= leastThroughput === keeps)
      .map(({ name, median, count }) => `${name} ${formatRatio(median)} with ${countNoun(count, "caller")}`)
      .join(", ") || "none";
  return `×${leastThroughput.toFixed(2)} of the throughput without auth is kept by: ${list(true)}; and not by: ${list(false)}.`;
}

const [usualCalls, usualConcurrency] = [5_000, 32];

async function run(context: SuiteContext, asked: Asked): Promise<SuiteReport> {
  const { rounds = 15, calls = usualCalls, sets = 5, callers, names } = asked;
  const { concurrencies: [concurrency = usualConcurrency] = [] } = asked;
  const callerTokens = await context.issueCallers(Math.max(...callers));
  const results = await measureGateways({
    where: { site: context.site, callerTokens, nodeOptions: [] },
    options: { rounds, calls, sets, concurrency, callers, rows: chooseRows(gatewayRows, names) },
    onMeasured: context.onMeasured,
  });
  const columns = callers.map((count) => `, ${countNoun(count, "caller")}`);
  const rows = Object.values(results).flat();
  return {
    heading:
      `medians of ${countNoun(rounds, "round")} of ${countNoun(calls, "request")} (peers: nine at most, of a third of them), ${concurrency} at a time, ` +
      `in ${countNoun(sets, "fresh set")} of processes, each round against the baseline of its own`,
    tables: Object.entries(results).map(([framework, list]) =>
      toTable(list, { rate: "req/s", columns, baseline: `${framework}, no auth` }),
    ),
    verdicts: [formatKept(rows, callers)],
    measured: { rounds, calls, sets, concurrency, callers, rows: rows.map(describeRow) },
  };
}

/** Measures what a gateway loses by looking at its callers, and by exchanging their tokens. */
export const gatewaySuite: Suite = {
  name: "gateway",
  rows: gatewayRows,
  run,
  profile(context, { calls = 40_000, callers, names = ["behalf-fastify"], concurrencies: [concurrency = 32] = [] }) {
    return profileGateways(context, { rows: chooseRows(gatewayRows, names), calls, concurrency, callers });
  },
};
