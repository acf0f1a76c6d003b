import type { RowResult } from "../measuring/measure-rows.ts";

const limit = 1.25;

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

/** Says, in a line, how the row `behalf` stands: to the baseline, and to the peers. It is a statement, no test. */
export function formatVerdict(results: readonly RowResult[]): string {
  const behalf = results.find(({ row }) => row.name === "behalf");
  if (!behalf) return "The row behalf was not measured.";
  const places = readPlaces(behalf);
  const within = places.every(({ ratio }) => ratio <= limit);
  const peers = results.filter(({ row }) => row.kind === "peer");
  return `Behalf is ${within ? "within" : "not within"} ×${limit} of the baseline's CPU at each concurrency (${formatPlaces(places)}); ${formatPeers(behalf, peers)}.`;
}
