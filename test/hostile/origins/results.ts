/** What came of one case by one way. */
export interface OriginResult {
  readonly theme: string;
  readonly name: string;
  readonly way: string;
  /** The error's code and what was refused, or where it landed. */
  readonly outcome: string;
  readonly elsewhere: number;
  readonly tokensElsewhere: number;
}

/** Writes the corpus down: a line for a case and what came of it, with the ways that it went. */
export function formatTable(results: readonly OriginResult[]): string {
  const lines = new Map<string, string[]>();
  for (const { theme, name, way, outcome, elsewhere, tokensElsewhere } of results) {
    const shown = JSON.stringify(name.length > 60 ? `${name.slice(0, 60)}…` : name).slice(1, -1);
    const line = [theme, shown, outcome, `${elsewhere}`, `${tokensElsewhere}`].join(" · ");
    const ways = lines.get(line) ?? [];
    ways.push(way);
    lines.set(line, ways);
  }
  const head = "theme · case · outcome · requests elsewhere · tokens elsewhere · ways";
  return [head, ...[...lines].map(([line, ways]) => `${line} · ${ways.join(", ")}`)].join("\n");
}

/** Counts cases, runs and what came of them. */
export function formatCounts(results: readonly OriginResult[]): string {
  const cases = new Set(results.map(({ theme, name }) => `${theme}\n${name}`)).size;
  const landed = results.filter(({ outcome }) => outcome.startsWith("lands")).length;
  const tokens = results.reduce((sum, { tokensElsewhere }) => sum + tokensElsewhere, 0);
  return `${cases} hostile cases in ${results.length} runs: ${results.length - landed} refused, ${landed} landed where they belong, ${tokens} tokens elsewhere`;
}
