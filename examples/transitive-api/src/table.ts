import type { TokenSource } from "./call-record.ts";
import { type Column, layColumns } from "./columns.ts";
import type { TracedHop } from "./traced-hop.ts";

/** How the table is shown. */
export interface TableOptions {
  readonly color: boolean;
  /**
   * How many hops of each person and backend to show one by one.
   *
   * @default 2
   */
  readonly first?: number;
}

const hopColumns: readonly Column[] = [
  { title: "hop" },
  { title: "who (sub)" },
  { title: "for (aud)" },
  { title: "acting (act)" },
  { title: "grant" },
  { title: "token from" },
  { title: "ms", align: "right" },
];

const sources: readonly TokenSource[] = ["server", "joined", "memory", "store", "background"];

/** Renders the hops for a person: the first of each person and backend, and a summary of all. */
export function renderTable(hops: readonly TracedHop[], { color, first = 2 }: TableOptions): string {
  const groups = groupByPersonAndBackend(hops);
  const shown = groups.flatMap((group) => group.slice(0, first));
  return [
    emphasize(`${shown.length} of ${hops.length} hops: the first of each person and backend`, color),
    "",
    ...layColumns(hopColumns, shown.map(toHopRow)),
    "",
    emphasize("Where the tokens came from", color),
    "",
    ...renderSummary(groups),
    "",
  ].join("\n");
}

function toHopRow({ backend, sub, aud, act = "–", call }: TracedHop): readonly string[] {
  const path = `orders-api → ${backend}`;
  return [path, sub, aud, act, call?.grant ?? "–", call?.tokenSource ?? "–", toText(call?.durationMs)];
}

function renderSummary(groups: readonly (readonly TracedHop[])[]): readonly string[] {
  const used = sources.filter((source) => groups.flat().some(({ call }) => call?.tokenSource === source));
  const columns: readonly Column[] = [
    { title: "who (sub)" },
    { title: "for (aud)" },
    { title: "hops", align: "right" },
    ...used.map((title) => ({ title, align: "right" as const })),
    { title: "median ms", align: "right" },
  ];
  return layColumns(
    columns,
    groups.map((group) => toSummaryRow(group, used)),
  );
}

function groupByPersonAndBackend(hops: readonly TracedHop[]): readonly (readonly TracedHop[])[] {
  const groups = new Map<string, TracedHop[]>();
  for (const hop of hops) {
    const key = `${hop.sub} ${hop.aud}`;
    groups.set(key, [...(groups.get(key) ?? []), hop]);
  }
  return [...groups].sort(([one], [other]) => one.localeCompare(other, "en")).map(([, group]) => group);
}

function toSummaryRow(group: readonly TracedHop[], used: readonly TokenSource[]): readonly string[] {
  const [first] = group;
  const counts = used.map((source) => group.filter(({ call }) => call?.tokenSource === source).length);
  const durations = group.flatMap(({ call }) => (call === undefined ? [] : [call.durationMs]));
  return [first?.sub ?? "", first?.aud ?? "", String(group.length), ...counts.map(String), toText(median(durations))];
}

function median(values: readonly number[]): number | undefined {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.floor((sorted.length - 1) / 2)];
}

function toText(durationMs: number | undefined): string {
  return durationMs === undefined ? "–" : durationMs.toFixed(1);
}

function emphasize(text: string, color: boolean): string {
  return color ? `\x1b[1m${text}\x1b[22m` : text;
}
