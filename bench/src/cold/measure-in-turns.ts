import { type Spread, toSpread } from "../measuring/spread.ts";
import type { Row } from "../row.ts";
import type { SuiteContext } from "../suite.ts";
import { coldBaseline } from "./cold-row-list.ts";
import { type ColdLoad, type ColdMeasurement, type ColdWorker, startCold } from "./start-cold.ts";

/** What is measured, and how often. */
export interface ColdEffort {
  readonly rows: readonly Row[];
  readonly rounds: number;
  readonly load: ColdLoad;
}

/** A row's rounds, each with the baseline's of the same turn. */
export interface ColdResult {
  readonly row: Row;
  readonly cpuRatio: Spread;
  readonly wallMs: Spread;
  readonly cpuMs: Spread;
  readonly failed: Spread;
  readonly tokenRequests: Spread;
  readonly backendRequests: Spread;
  readonly refused: Spread;
  /** `undefined` where the refusals had not ended with the last call. */
  readonly calmMs: Spread | undefined;
}

interface Turn {
  readonly baseline: ColdMeasurement;
  readonly row: ColdMeasurement;
}

function toResult(row: Row, turns: readonly Turn[]): ColdResult {
  const spread = (read: (measurement: ColdMeasurement) => number): Spread =>
    toSpread(turns.map(({ row: measurement }) => read(measurement)));
  const failed = spread((measurement) => measurement.failed);
  return {
    row,
    cpuRatio: toSpread(turns.map((turn) => turn.row.cpuMs / turn.baseline.cpuMs)),
    wallMs: spread(({ wallMs }) => wallMs),
    cpuMs: spread(({ cpuMs }) => cpuMs),
    failed,
    tokenRequests: spread(({ tokenRequests }) => tokenRequests),
    backendRequests: spread(({ backendRequests }) => backendRequests),
    refused: spread(({ refused }) => refused),
    calmMs: failed.highest > 0 ? undefined : spread(({ calmMs }) => calmMs ?? 0),
  };
}

async function takeTurns(
  row: ColdWorker,
  baseline: ColdWorker,
  { rounds, load }: ColdEffort,
): Promise<readonly Turn[]> {
  const turns: Turn[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const turn = { baseline: await baseline.measure(load), row: await row.measure(load) };
    if (round > 0) turns.push(turn);
  }
  return turns;
}

/** Measures each row by turns with the baseline. The first round warms up the code and does not count. */
export async function measureInTurns(context: SuiteContext, effort: ColdEffort): Promise<readonly ColdResult[]> {
  const start = (row: Row): ColdWorker => startCold(row, context);
  const baseline = start(coldBaseline);
  const measure = async (row: Row): Promise<ColdResult> => {
    const worker = start(row);
    try {
      return toResult(row, await takeTurns(worker, baseline, effort));
    } finally {
      await worker.end();
    }
  };
  try {
    const results: ColdResult[] = [];
    for (const row of effort.rows) {
      results.push(await measure(row));
      context.onMeasured(row.name);
    }
    return results;
  } finally {
    await baseline.end();
  }
}
