import type { RowResult } from "../measuring/measure-sets.ts";

/** How much of the baseline's CPU the rows may take, to two places. */
const limits: Readonly<Record<string, number>> = { behalf: 1, "behalf-observed": 1.1 };

interface Place {
  readonly concurrency: number;
  readonly ratio: number;
}

const readPlaces = ({ comparisons }: RowResult): readonly Place[] =>
  comparisons.map(({ concurrency, cpuRatio }) => ({ concurrency, ratio: cpuRatio.median }));

const formatPlaces = (places: readonly Place[]): string =>
  places.map(({ concurrency, ratio }) => `×${ratio.toFixed(2)} at ${concurrency}`).join(", ");

function isAhead(behalf: RowResult, peer: RowResult): boolean {
  const ratios = readPlaces(peer);
  return readPlaces(behalf).every(({ ratio }, index) => ratio < (ratios[index]?.ratio ?? Number.POSITIVE_INFINITY));
}

function formatPeers(behalf: RowResult, peers: readonly RowResult[]): string {
  if (peers.length === 0) return "no peer was measured";
  const before = peers.filter((peer) => !isAhead(behalf, peer)).map(({ row }) => row.name);
  return before.length === 0
    ? "less CPU than every peer"
    : `not less CPU than ${before.join(", ")} at each concurrency`;
}

function formatLimit(result: RowResult, limit: number): string {
  const places = readPlaces(result);
  const within = places.every(({ ratio }) => Number(ratio.toFixed(2)) <= limit);
  return `${result.row.name} is ${within ? "within" : "not within"} ×${limit.toFixed(2)} of the baseline's CPU at each concurrency (${formatPlaces(places)})`;
}

function formatThroughput({ row, comparisons }: RowResult): string {
  const places = comparisons.map(({ concurrency, throughputRatio }) => ({
    concurrency,
    ratio: throughputRatio.median,
  }));
  return `${row.name} has of the baseline's throughput ${formatPlaces(places)}.`;
}

/** Says how Behalf's rows stand to the baseline, and to the peers. They are statements, no tests. */
export function formatVerdicts(results: readonly RowResult[]): readonly string[] {
  const peers = results.filter(({ row }) => row.kind === "peer");
  const verdicts = results.flatMap((result) => {
    const limit = limits[result.row.name];
    if (limit === undefined) return [];
    const standing = formatLimit(result, limit);
    if (result.row.name !== "behalf") return [`${standing}.`];
    return [`${standing}; ${formatPeers(result, peers)}.`, formatThroughput(result)];
  });
  return verdicts.length > 0 ? verdicts : ["The row behalf was not measured."];
}
