import { startChild } from "../children/start-child.ts";
import { toSpread } from "../measuring/spread.ts";
import { countNoun } from "../report/count-noun.ts";
import type { Cells } from "../report/format-columns.ts";
import type { Asked, Suite, SuiteContext, SuiteReport } from "../suite.ts";
import type { HitAnswer, HitQuestion } from "./measure-hit.ts";

const mostUs = 5;

function toCells(name: string, us: readonly number[]): Cells {
  const { median, lowest, highest } = toSpread(us);
  return [name, ...[median, lowest, highest].map((value) => value.toFixed(2))];
}

function toTables({ receive, keys }: HitAnswer): SuiteReport["tables"] {
  return [
    [
      ["a known caller's request: receive + authenticateCaller", "µs", "lowest", "highest"],
      ...receive.map(({ callers, us }) => toCells(countNoun(callers, "caller"), us)),
    ],
    [
      ["one of 10,000 tokens of 900 bytes, found by", "µs", "lowest", "highest"],
      ...keys.map(({ name, us }) => toCells(name, us)),
    ],
  ];
}

function formatStanding({ receive }: HitAnswer): string {
  const medians = receive.map(({ us }) => toSpread(us).median);
  const within = medians.every((median) => median <= mostUs);
  const list = medians.map((us) => us.toFixed(1)).join(", ");
  return `A known caller's request takes ${within ? "at most" : "more than"} ${mostUs} µs of CPU (${list}).`;
}

async function measure(context: SuiteContext, asked: Asked, nodeOptions: readonly string[]): Promise<SuiteReport> {
  const { callers, rounds = 11, calls = 30_000 } = asked;
  const child = startChild(new URL("./measure-hit.js", import.meta.url), ["hit"], nodeOptions);
  try {
    const tokens = await context.issueCallers(Math.max(...callers));
    const { site } = context;
    const answer = await child.ask<HitAnswer>({ site, tokens, callers, rounds, calls } satisfies HitQuestion);
    context.onMeasured("hit");
    return {
      heading: `medians of ${countNoun(rounds, "round")} of ${calls.toLocaleString("en")}, less the cost of making the texts`,
      tables: toTables(answer),
      verdicts: [formatStanding(answer)],
      measured: { rounds, calls, ...answer },
    };
  } finally {
    await child.end();
  }
}

/** Measures what it costs to know a caller again, and what by each kind of key. */
export const hitSuite: Suite = {
  name: "hit",
  rows: [],
  run: (context, asked) => measure(context, asked, []),
  async profile(context, { calls = 40_000, ...asked }) {
    console.log((await measure(context, { ...asked, calls }, ["--cpu-prof"])).verdicts.join("\n"));
  },
};
