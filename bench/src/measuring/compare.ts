import type { Load, Measurement } from "./drive.ts";
import { type Spread, toSpread } from "./spread.ts";
import type { Worker } from "./start-worker.ts";

/** A row against the baseline, at one concurrency. A ratio is that of the two measurements of one round. */
export interface Comparison {
  readonly concurrency: number;
  readonly cpuRatio: Spread;
  readonly throughputRatio: Spread;
  /** Microseconds of CPU per call. */
  readonly cpuUs: Spread;
  readonly callsPerSecond: Spread;
  readonly baseline: { readonly cpuUs: Spread; readonly callsPerSecond: Spread };
}

/** What is compared. */
export interface Pair {
  readonly baseline: Worker;
  readonly row: Worker;
}

/** How it is compared. */
export interface Effort extends Load {
  readonly rounds: number;
}

interface Round {
  readonly baseline: Measurement;
  readonly row: Measurement;
}

async function runRound({ baseline, row }: Pair, load: Load): Promise<Round> {
  return { baseline: await baseline.measure(load), row: await row.measure(load) };
}

/** Compares by turns: baseline, row, baseline, row. The first round warms up and does not count. */
export async function compare(pair: Pair, { rounds, ...load }: Effort): Promise<Comparison> {
  const counted: Round[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const result = await runRound(pair, load);
    if (round > 0) counted.push(result);
  }
  const spread = (read: (round: Round) => number): Spread => toSpread(counted.map(read));
  return {
    concurrency: load.concurrency,
    cpuRatio: spread(({ baseline, row }) => row.cpuUs / baseline.cpuUs),
    throughputRatio: spread(({ baseline, row }) => row.callsPerSecond / baseline.callsPerSecond),
    cpuUs: spread(({ row }) => row.cpuUs),
    callsPerSecond: spread(({ row }) => row.callsPerSecond),
    baseline: {
      cpuUs: spread(({ baseline }) => baseline.cpuUs),
      callsPerSecond: spread(({ baseline }) => baseline.callsPerSecond),
    },
  };
}
