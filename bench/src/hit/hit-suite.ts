import { startChild } from "../children/start-child.ts";
import { toSpread } from "../measuring/spread.ts";
import { type Cells, formatColumns } from "../report/format-columns.ts";
import type { SuiteContext, SuiteReport } from "../suite.ts";
import type { HitAnswer, HitQuestion } from "./measure-hit.ts";

/** How much is measured. */
export interface HitOptions extends Pick<HitQuestion, "callers" | "rounds" | "calls"> {
  /** Whether the process of the measurement runs under Node's profiler. */
  readonly profile: boolean;
}

const mostUs = 5;

function toCells(name: string, us: readonly number[]): Cells {
  const { median, lowest, highest } = toSpread(us);
  return [name, ...[median, lowest, highest].map((value) => value.toFixed(2))];
}

function formatHit({ receive, keys }: HitAnswer): string {
  const medians = receive.map(({ us }) => toSpread(us).median);
  const within = medians.every((median) => median <= mostUs);
  return [
    formatColumns([
      ["a known caller's request: receive + authenticateCaller", "µs", "lowest", "highest"],
      ...receive.map(({ callers, us }) => toCells(`${callers} caller${callers === 1 ? "" : "s"}`, us)),
    ]),
    formatColumns([
      ["one of 10,000 tokens of 900 bytes, found by", "µs", "lowest", "highest"],
      ...keys.map(({ name, us }) => toCells(name, us)),
    ]),
    `A known caller's request takes ${within ? "at most" : "more than"} ${mostUs} µs of CPU (${medians.map((us) => us.toFixed(1)).join(", ")}).`,
  ].join("\n\n");
}

/** Measures what it costs to know a caller again, and what by each kind of key. */
export async function runHitSuite(context: SuiteContext, options: HitOptions): Promise<SuiteReport> {
  const { callers, rounds, calls, profile } = options;
  const child = startChild(new URL("./measure-hit.js", import.meta.url), ["hit"], profile ? ["--cpu-prof"] : []);
  try {
    const tokens = await context.issueCallers(Math.max(...callers));
    const answer = await child.ask<HitAnswer>({
      site: context.site,
      tokens,
      callers,
      rounds,
      calls,
    } satisfies HitQuestion);
    context.onMeasured("hit");
    const heading = `hit: medians of ${rounds} rounds of ${calls}, less the cost of making the texts`;
    return { text: `${heading}\n\n${formatHit(answer)}`, json: { rounds, calls, ...answer } };
  } finally {
    await child.end();
  }
}
