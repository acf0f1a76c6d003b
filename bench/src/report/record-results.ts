import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { renderChart } from "./chart.ts";
import { chartCalls } from "./chart-calls.ts";
import { formatResults } from "./format-results.ts";
import { mergeResults, parseResults, type Results } from "./results.ts";

const file = "results.json";
const digits = 6;

/** No measurement is good to more digits. */
const shorten = (_key: string, value: unknown): unknown =>
  typeof value === "number" ? Number(value.toPrecision(digits)) : value;

/** Reads the results that a folder holds; none where there are none yet. */
export function readRecorded(folder: string): Results {
  const path = join(folder, file);
  return parseResults(existsSync(path) ? readFileSync(path, "utf8") : undefined);
}

/** What somebody wrote of the results: it stands below them, whenever they are written. */
function readNotes(folder: string): string {
  const path = join(folder, "notes.md");
  return existsSync(path) ? `\n${readFileSync(path, "utf8")}` : "";
}

/** Writes results beside those of other suites, and the page and the chart anew from all of them. */
export function recordResults(folder: string, fresh: Results, names: readonly string[]): void {
  const results = mergeResults(readRecorded(folder), fresh, names);
  writeFileSync(join(folder, file), `${JSON.stringify(results, shorten, 1)}\n`);
  writeFileSync(join(folder, "RESULTS.md"), `${formatResults(results)}${readNotes(folder)}`);
  const chart = chartCalls(results);
  if (chart) writeFileSync(join(folder, "results.svg"), renderChart(chart));
}
