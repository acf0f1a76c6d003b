import { startChild } from "../children/start-child.ts";
import { toSpread } from "../measuring/spread.ts";
import { type Cells, formatColumns } from "../report/format-columns.ts";
import type { SuiteContext, SuiteReport } from "../suite.ts";
import type { MemoryAnswer, MemoryQuestion } from "./measure-memory.ts";

/** How much is measured. */
export interface MemoryOptions extends Pick<MemoryQuestion, "rounds" | "calls"> {
  /** Whether the process of the measurement runs under Node's profiler. */
  readonly profile: boolean;
}

const callers = [100, 100_000];
const mostBytesBeside = 500;
const mostUs = 1;

const count = (value: number): string => value.toLocaleString("en");

function toCells(name: string, us: readonly number[]): Cells {
  const { median, lowest, highest } = toSpread(us);
  return [name, ...[median, lowest, highest].map((value) => value.toFixed(2))];
}

function formatMemory({ tokens, tokenLength, bytesBeside, hits }: MemoryAnswer): string {
  const within = (right: boolean): string => (right ? "within" : "not within");
  const finds = hits.map(({ find }) => toSpread(find).median);
  return [
    formatColumns([
      ["a token from memory", "µs", "lowest", "highest"],
      ...hits.map((cost) => toCells(`found, among those of ${count(cost.callers)} callers`, cost.find)),
      ...hits.map((cost) => toCells(`in a client, among those of ${count(cost.callers)} callers`, cost.recall)),
    ]),
    `${count(tokens)} exchanged tokens of ${tokenLength} bytes take ${bytesBeside.toFixed(0)} bytes each beside that: ` +
      `${within(bytesBeside <= mostBytesBeside)} ${mostBytesBeside}.`,
    `Finding one is ${within(finds.every((us) => us <= mostUs))} ${mostUs} µs (${finds.map((us) => us.toFixed(2)).join(", ")}).`,
  ].join("\n\n");
}

/** Measures what exchanged tokens take in memory, and what finding one costs among few and among many. */
export async function runMemorySuite(context: SuiteContext, options: MemoryOptions): Promise<SuiteReport> {
  const { rounds, calls, profile } = options;
  const nodeOptions = ["--expose-gc", ...(profile ? ["--cpu-prof"] : [])];
  const child = startChild(new URL("./measure-memory.js", import.meta.url), ["memory"], nodeOptions);
  try {
    const answer = await child.ask<MemoryAnswer>({ callers, rounds, calls } satisfies MemoryQuestion);
    context.onMeasured("memory");
    const heading = `memory: medians of ${rounds} rounds of ${calls}, less the wait for the callers' own tokens`;
    return { text: `${heading}\n\n${formatMemory(answer)}`, json: { rounds, calls, ...answer } };
  } finally {
    await child.end();
  }
}
