import { compare, type Pair } from "../measuring/compare.ts";
import type { RowResult } from "../measuring/measure-rows.ts";
import type { Framework, GatewayRow } from "./gateway-row.ts";
import { baselines } from "./gateway-row-list.ts";
import { type Gateway, type GatewaySite, startGateway } from "./start-gateway.ts";

/** How much is measured. */
export interface GatewayOptions {
  /** How often baseline and row take turns. */
  readonly rounds: number;
  /** How many requests one measurement makes. */
  readonly calls: number;
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
export const gatewayWarmUp = { calls: 40_000, concurrency: 16 } as const;

async function compareGateways(
  row: Gateway,
  baseline: Gateway,
  { rounds, calls, concurrency, callers }: GatewayOptions,
): Promise<RowResult["comparisons"]> {
  const comparisons: RowResult["comparisons"][number][] = [];
  for (const count of callers) {
    const pair: Pair = { baseline: baseline.under(count), row: row.under(count) };
    await pair.row.measure(gatewayWarmUp);
    comparisons.push(await compare(pair, { rounds, calls, concurrency }));
  }
  return comparisons;
}

async function measureFramework(framework: Framework, measuring: GatewayMeasuring): Promise<readonly RowResult[]> {
  const { where, options, onMeasured } = measuring;
  const baseline = await startGateway(baselines[framework], where);
  try {
    await baseline.under(1).measure(gatewayWarmUp);
    const results: RowResult[] = [];
    for (const row of options.rows.filter((candidate) => candidate.framework === framework)) {
      const gateway = await startGateway(row, where);
      try {
        results.push({ row, comparisons: await compareGateways(gateway, baseline, options) });
      } finally {
        await gateway.end();
      }
      onMeasured(row.name);
    }
    return results;
  } finally {
    await baseline.end();
  }
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
