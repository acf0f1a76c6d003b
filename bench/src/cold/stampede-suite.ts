import { countNoun } from "../report/count-noun.ts";
import { formatRatio } from "../report/format-table.ts";
import { type Asked, chooseRows, type Suite, type SuiteContext, type SuiteReport } from "../suite.ts";
import { coldRows } from "./cold-row-list.ts";
import { type ColdResult, measureInTurns } from "./measure-in-turns.ts";

const toCells = ({ row, cpuRatio, wallMs, cpuMs, tokenRequests, failed }: ColdResult): readonly string[] => [
  row.title,
  wallMs.median.toFixed(0),
  cpuMs.median.toFixed(0),
  formatRatio(cpuRatio.median),
  String(tokenRequests.highest),
  String(failed.highest),
];

function formatAsked(results: readonly ColdResult[], calls: number): string {
  const behalf = results.find(({ row }) => row.name === "behalf");
  if (!behalf) return "The row behalf was not measured.";
  const times = behalf.tokenRequests.highest;
  return `For ${calls} calls at once without a token, Behalf asks the authorization server ${times === 1 ? "once" : `${times} times`}.`;
}

async function run(context: SuiteContext, { rounds = 5, calls = 1_000, names }: Asked): Promise<SuiteReport> {
  const load = { open: "openCold", refuseAfter: undefined, calls, concurrency: calls } as const;
  const results = await measureInTurns(context, { rows: chooseRows(coldRows, names), rounds, load });
  return {
    heading: `${countNoun(calls, "call")} at once, by a client that has no token yet: medians of ${countNoun(rounds, "round")}, each with a fresh client`,
    tables: [
      [
        ["row", "wall ms", "CPU ms", "CPU", "token requests", "failed calls"],
        ...results.map((result) => toCells(result)),
      ],
    ],
    verdicts: [formatAsked(results, calls)],
    measured: { rounds, calls, rows: results },
  };
}

/** Measures what happens when a thousand calls need the same token, and nobody has it. */
export const stampedeSuite: Suite = { name: "stampede", rows: coldRows, run };
