import type { RowResult } from "../measuring/measure-sets.ts";
import { measureSets } from "../measuring/measure-sets.ts";
import { startWorker } from "../measuring/start-worker.ts";
import { toWarmUp } from "../measuring/warm-up.ts";
import { countNoun } from "../report/count-noun.ts";
import { describeRow, formatRatio, toTable } from "../report/format-table.ts";
import { type Asked, chooseRows, type Suite, type SuiteContext, type SuiteReport } from "../suite.ts";
import { exchangeBaseline, exchangeRows } from "./exchange-row-list.ts";

const warmUp = { calls: 4_000, concurrency: 16 } as const;

function formatStanding(results: readonly RowResult[], users: number): string {
  const places = results
    .filter(({ row }) => row.kind === "behalf")
    .map(({ row, comparisons }) => {
      const ratios = comparisons.map(
        ({ concurrency, cpuRatio }) => `${formatRatio(cpuRatio.median)} at ${concurrency}`,
      );
      return `${row.name} ${ratios.join(", ")}`;
    });
  if (places.length === 0) return "No row of Behalf was measured.";
  return `With ${countNoun(users, "user")}, Behalf takes of the hand-written way's CPU: ${places.join("; ")}.`;
}

async function run({ site, onMeasured }: SuiteContext, asked: Asked): Promise<SuiteReport> {
  const { rounds = 9, calls = 3_000, sets = 2, concurrencies = [16], users, names } = asked;
  const results = await measureSets({
    baseline: exchangeBaseline,
    rows: chooseRows(exchangeRows, names),
    columns: concurrencies.map((concurrency) => ({ load: { calls, concurrency }, warmUp: toWarmUp(calls, warmUp) })),
    rounds,
    sets,
    async start(row) {
      const { measure, end } = startWorker(row, { ...site, users });
      return { measures: concurrencies.map(() => measure), end };
    },
    onMeasured,
  });
  const columns = concurrencies.map((count) => `@${count}`);
  return {
    heading:
      `calls on behalf of ${countNoun(users, "user")} in rotation, every token in memory: medians of ` +
      `${countNoun(rounds, "round")} of ${countNoun(calls, "call")} (peers: a third of them) in ${countNoun(sets, "fresh set")} of processes`,
    tables: [toTable(results, { rate: "calls/s", columns, baseline: "written by hand" })],
    verdicts: [formatStanding(results, users)],
    measured: { rounds, calls, sets, users, rows: results.map(describeRow) },
  };
}

/** Measures what a call on behalf of one of many users costs. */
export const exchangeSuite: Suite = { name: "exchange", rows: exchangeRows, run };
