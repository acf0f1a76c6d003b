import { measureSets, type RowResult } from "../measuring/measure-sets.ts";
import { toWarmUp } from "../measuring/warm-up.ts";
import type { Framework, GatewayRow } from "./gateway-row.ts";
import { baselines } from "./gateway-row-list.ts";
import { type GatewaySite, startGateway } from "./start-gateway.ts";

/** How much is measured. */
export interface GatewayOptions {
  /** How often baseline and row take turns, in all sets together. */
  readonly rounds: number;
  /** How many requests one measurement makes. */
  readonly calls: number;
  /** How many fresh sets of processes the rounds are spread over. */
  readonly sets: number;
  /** How many requests are made at a time. */
  readonly concurrency: number;
  /** How many callers take turns. */
  readonly callers: readonly number[];
  readonly rows: readonly GatewayRow[];
}

/** Where and how gateways are measured. */
export interface GatewayMeasuring {
  readonly where: GatewaySite;
  readonly options: GatewayOptions;
  onMeasured(name: string): void;
}

/** Enough for the compiler: with a tenth of it, what comes first looks half as fast as it is. */
export const gatewayWarmUp = { calls: 30_000, concurrency: 16 } as const;

/** What is compiled already has only to see the other callers. */
const laterWarmUp = { calls: 16_000, concurrency: 16 } as const;

function measureFramework(framework: Framework, measuring: GatewayMeasuring): Promise<readonly RowResult[]> {
  const { where, options, onMeasured } = measuring;
  const { rows, rounds, calls, sets, concurrency, callers } = options;
  return measureSets({
    baseline: baselines[framework],
    rows: rows.filter((candidate) => candidate.framework === framework),
    columns: callers.map((_, index) => ({
      load: { calls, concurrency },
      warmUp: toWarmUp(calls, index === 0 ? gatewayWarmUp : laterWarmUp),
    })),
    rounds,
    sets,
    async start(row) {
      const gateway = await startGateway(row, where);
      return { measures: callers.map((count) => gateway.under(count)), end: gateway.end };
    },
    onMeasured,
  });
}

/** Measures the gateways of each framework one after the other, each by turns with the one that has no auth. */
export async function measureGateways(
  measuring: GatewayMeasuring,
): Promise<Readonly<Partial<Record<Framework, readonly RowResult[]>>>> {
  const frameworks = new Set(measuring.options.rows.map(({ framework }) => framework));
  const results: Partial<Record<Framework, readonly RowResult[]>> = {};
  for (const framework of frameworks) results[framework] = await measureFramework(framework, measuring);
  return results;
}
