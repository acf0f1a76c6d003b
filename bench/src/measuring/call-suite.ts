import { profileRows } from "../profile-rows.ts";
import { countNoun } from "../report/count-noun.ts";
import { describeRow, toTable } from "../report/format-table.ts";
import { formatVerdicts } from "../report/format-verdict.ts";
import { baseline, rows } from "../row-list.ts";
import { type Asked, chooseRows, type Suite, type SuiteContext, type SuiteReport } from "../suite.ts";
import { measureSets } from "./measure-sets.ts";
import { startWorker } from "./start-worker.ts";
import { toWarmUp } from "./warm-up.ts";

const usualConcurrencies = [1, 16, 64];
const warmUp = { calls: 4_000, concurrency: 16 } as const;

async function run({ site, onMeasured }: SuiteContext, asked: Asked): Promise<SuiteReport> {
  const { rounds = 15, calls = 5_000, sets = 5, concurrencies = usualConcurrencies, names } = asked;
  const results = await measureSets({
    baseline,
    rows: chooseRows(rows, names),
    columns: concurrencies.map((concurrency) => ({ load: { calls, concurrency }, warmUp: toWarmUp(calls, warmUp) })),
    rounds,
    sets,
    async start(row) {
      const { measure, end } = startWorker(row, site);
      return { measures: concurrencies.map(() => measure), end };
    },
    onMeasured,
  });
  const columns = concurrencies.map((count) => `@${count}`);
  return {
    heading:
      `medians of ${countNoun(rounds, "round")} of ${countNoun(calls, "call")} (peers: nine at most, of a third of them) in ${countNoun(sets, "fresh set")} of processes, ` +
      "each round against the baseline of its own",
    tables: [toTable(results, { rate: "calls/s", columns, baseline: "undici Pool.request, static token" })],
    verdicts: formatVerdicts(results),
    measured: { rounds, calls, sets, rows: results.map(describeRow) },
  };
}

/** Measures what a call costs. */
export const callSuite: Suite = {
  name: "calls",
  rows,
  run,
  profile: ({ site }, { calls = 40_000, concurrencies = usualConcurrencies, names = ["behalf"] }) =>
    profileRows({ site, rows: chooseRows(rows, names), calls, concurrencies }),
};
