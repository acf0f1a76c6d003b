import { askRow } from "../children/ask-row.ts";
import { startChild } from "../children/start-child.ts";
import type { Measurement } from "../measuring/drive.ts";
import { type Contestant, measureSets, type RowResult } from "../measuring/measure-sets.ts";
import { toWarmUp } from "../measuring/warm-up.ts";
import { countNoun } from "../report/count-noun.ts";
import { describeRow, formatRatio, toTable } from "../report/format-table.ts";
import type { Site } from "../site/site.ts";
import { type Asked, chooseRows, type Suite, type SuiteContext, type SuiteReport } from "../suite.ts";
import type { StreamQuestion } from "./measure-streams.ts";
import { directions, type StreamRow } from "./stream-row.ts";
import { streamBaseline, streamRows } from "./stream-row-list.ts";

const warmUp = { calls: 100, concurrency: 4 } as const;
const program = new URL("./measure-streams.js", import.meta.url);

async function start({ name }: StreamRow, site: Site): Promise<Contestant> {
  const child = startChild(program, [name, JSON.stringify(site)]);
  return {
    measures: directions.map(
      (direction) => (load) => askRow<Measurement>(child, { direction, load } satisfies StreamQuestion),
    ),
    end: child.end,
  };
}

function formatStanding(results: readonly RowResult[]): string {
  const behalf = results.find(({ row }) => row.kind === "behalf");
  if (!behalf) return "The row of Behalf was not measured.";
  const ratios = behalf.comparisons.map(({ cpuRatio, throughputRatio }, index) => {
    const throughput = formatRatio(throughputRatio.median);
    return `${directions[index]} ${formatRatio(cpuRatio.median)} of the CPU and ${throughput} of the throughput`;
  });
  return `Of bare Pool.request, Behalf's streams take: ${ratios.join("; ")}.`;
}

async function run({ site, onMeasured }: SuiteContext, asked: Asked): Promise<SuiteReport> {
  const { rounds = 9, calls = 200, sets = 3, names, concurrencies: [concurrency = 4] = [] } = asked;
  const results = await measureSets({
    baseline: streamBaseline,
    rows: chooseRows(streamRows, names),
    columns: directions.map(() => ({ load: { calls, concurrency }, warmUp: toWarmUp(calls, warmUp) })),
    rounds,
    sets,
    start: (row) => start(row, site),
    onMeasured,
  });
  const columns = directions.map((direction) => `, ${direction}`);
  return {
    heading:
      `1 MiB as a stream, ${concurrency} at a time: medians of ${countNoun(rounds, "round")} of ${countNoun(calls, "call")} (peers: a third of them) in ` +
      `${countNoun(sets, "fresh set")} of processes; a call a second is a MiB a second`,
    tables: [toTable(results, { rate: "MiB/s", columns, baseline: "undici Pool.request, static token" })],
    verdicts: [formatStanding(results)],
    measured: { rounds, calls, sets, concurrency, rows: results.map(describeRow) },
  };
}

/** Measures what it costs to read a megabyte as a stream, and to write one. */
export const streamSuite: Suite = { name: "streams", rows: streamRows, run };
