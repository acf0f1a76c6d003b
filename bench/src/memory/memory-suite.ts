import { startChild } from "../children/start-child.ts";
import { toSpread } from "../measuring/spread.ts";
import { countNoun } from "../report/count-noun.ts";
import type { Cells } from "../report/format-columns.ts";
import type { Asked, Suite, SuiteContext, SuiteReport } from "../suite.ts";
import type { MemoryAnswer, MemoryQuestion } from "./measure-memory.ts";

const callers = [100, 100_000];
const mostBytesBeside = 500;
const mostUs = 1;

const count = (value: number): string => value.toLocaleString("en");

function toCells(name: string, us: readonly number[]): Cells {
  const { median, lowest, highest } = toSpread(us);
  return [name, ...[median, lowest, highest].map((value) => value.toFixed(2))];
}

function toTable({ hits }: MemoryAnswer): readonly Cells[] {
  return [
    ["a token from memory", "µs", "lowest", "highest"],
    ...hits.map((cost) => toCells(`found, among those of ${count(cost.callers)} callers`, cost.find)),
    ...hits.map((cost) => toCells(`found in a map by hand, among those of ${count(cost.callers)}`, cost.byHand)),
    ...hits.map((cost) => toCells(`in a client, among those of ${count(cost.callers)} callers`, cost.recall)),
  ];
}

function formatStanding({ tokens, tokenLength, bytesBeside, hits }: MemoryAnswer): readonly string[] {
  const within = (right: boolean): string => (right ? "within" : "not within");
  const finds = hits.map(({ find }) => toSpread(find).median);
  const byHand = hits.map((cost) => toSpread(cost.byHand).median);
  const list = (us: readonly number[]): string => us.map((one) => one.toFixed(2)).join(", ");
  return [
    `${count(tokens)} exchanged tokens of ${tokenLength} bytes take ${bytesBeside.toFixed(0)} bytes each beside that: ` +
      `${within(bytesBeside <= mostBytesBeside)} ${mostBytesBeside}.`,
    `Finding one is ${within(finds.every((us) => us <= mostUs))} ${mostUs} µs (${list(finds)}; in a map by hand ${list(byHand)}).`,
  ];
}

async function measure(context: SuiteContext, asked: Asked, nodeOptions: readonly string[]): Promise<SuiteReport> {
  const { rounds = 11, calls = 200_000 } = asked;
  const child = startChild(
    new URL("./measure-memory.js", import.meta.url),
    ["memory"],
    ["--expose-gc", ...nodeOptions],
  );
  try {
    const answer = await child.ask<MemoryAnswer>({ callers, rounds, calls } satisfies MemoryQuestion);
    context.onMeasured("memory");
    return {
      heading: `medians of ${countNoun(rounds, "round")} of ${calls.toLocaleString("en")}, less the wait for the callers' own tokens`,
      tables: [toTable(answer)],
      verdicts: formatStanding(answer),
      measured: { rounds, calls, ...answer },
    };
  } finally {
    await child.end();
  }
}

/** Measures what exchanged tokens take in memory, and what finding one costs among few and among many. */
export const memorySuite: Suite = {
  name: "memory",
  rows: [],
  run: (context, asked) => measure(context, asked, []),
  async profile(context, { calls = 40_000, ...asked }) {
    console.log((await measure(context, { ...asked, calls }, ["--cpu-prof"])).verdicts.join("\n"));
  },
};
