import type { Load, Measurement } from "./drive.ts";
import { type Spread, toSpread } from "./spread.ts";

/** A row against the baseline, in one column of the table. A ratio is that of the two measurements of one round. */
export interface Comparison {
  readonly concurrency: number;
  readonly cpuRatio: Spread;
  readonly throughputRatio: Spread;
  /** Microseconds of CPU per call. */
  readonly cpuUs: Spread;
  readonly callsPerSecond: Spread;
  readonly baseline: { readonly cpuUs: Spread; readonly callsPerSecond: Spread };
}

/** Makes calls and measures them. */
export type Measure = (load: Load) => Promise<Measurement>;

/** What is compared. */
export interface Pair {
  readonly baseline: Measure;
  readonly row: Measure;
}

/** How it is compared. */
export interface Effort extends Load {
  readonly rounds: number;
}

/** Two measurements, one soon after the other. */
export interface Round {
  readonly baseline: Measurement;
  readonly row: Measurement;
}

/** Measures by turns: baseline, row, baseline, row. The first round warms up and does not count. */
export async function takeTurns({ baseline, row }: Pair, { rounds, ...load }: Effort): Promise<readonly Round[]> {
  const counted: Round[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const result = { baseline: await baseline(load), row: await row(load) };
    if (round > 0) counted.push(result);
  }
  return counted;
}

/** Reads the middle, and how far the rounds lie apart. */
export function toComparison(concurrency: number, rounds: readonly Round[]): Comparison {
  const spread = (read: (round: Round) => number): Spread => toSpread(rounds.map(read));
  return {
    concurrency,
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
