import { countNoun } from "../report/count-noun.ts";
import { formatRatio } from "../report/format-table.ts";
import { type Asked, chooseRows, type Suite, type SuiteContext, type SuiteReport } from "../suite.ts";
import { coldRows } from "./cold-row-list.ts";
import { type ColdResult, measureInTurns } from "./measure-in-turns.ts";

const concurrencyOf = ([first = 64]: readonly number[] = []): number => first;

const toCells = (result: ColdResult): readonly string[] => [
  result.row.title,
  String(result.tokenRequests.median),
  String(result.backendRequests.median),
  String(result.refused.median),
  String(result.failed.median),
  result.calmMs === undefined ? "never" : result.calmMs.median.toFixed(1),
  result.cpuMs.median.toFixed(0),
  formatRatio(result.cpuRatio.median),
];

function formatCalm(results: readonly ColdResult[]): string {
  const behalf = results.find(({ row }) => row.name === "behalf");
  if (!behalf) return "The row behalf was not measured.";
  const { tokenRequests, failed, calmMs } = behalf;
  const times = tokenRequests.highest === 1 ? "once" : `${tokenRequests.highest} times at most`;
  const calm = calmMs === undefined ? "calls fail" : `no call fails, and it is over in ${calmMs.median.toFixed(0)} ms`;
  return `When its token is refused, Behalf asks for another ${times}; ${calm}${failed.highest > 0 ? ` (${failed.highest} at most)` : ""}.`;
}

async function run(context: SuiteContext, asked: Asked): Promise<SuiteReport> {
  const { rounds = 5, calls = 3_000, names } = asked;
  const concurrency = concurrencyOf(asked.concurrencies);
  const refuseAfter = Math.ceil(calls / 3);
  const results = await measureInTurns(context, {
    rows: chooseRows(coldRows, names),
    rounds,
    load: { open: "openWarm", refuseAfter, calls, concurrency },
  });
  const head = [
    "row",
    "token requests",
    "backend requests",
    "refused",
    "failed calls",
    "calm after ms",
    "CPU ms",
    "CPU",
  ];
  return {
    heading:
      `${countNoun(calls, "call")}, ${concurrency} at a time; after ${refuseAfter} of them the backend refuses the token that all have: ` +
      `medians of ${countNoun(rounds, "round")}, each with a fresh client`,
    tables: [[head, ...results.map(toCells)]],
    verdicts: [formatCalm(results)],
    measured: { rounds, calls, concurrency, refuseAfter, rows: results },
  };
}

/** Measures what happens when a token is refused that everybody uses. */
export const stormSuite: Suite = { name: "storm", rows: coldRows, run };
