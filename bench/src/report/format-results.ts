import { isDeepStrictEqual } from "node:util";
import { type Environment, formatMachine, formatPackages } from "./environment.ts";
import type { Cells } from "./format-columns.ts";
import type { Results, SuiteResult } from "./results.ts";

const escapeCell = (cell: string): string => cell.replaceAll("|", "\\|");
const toLine = (cells: readonly string[]): string => `| ${cells.map(escapeCell).join(" | ")} |`;

function formatTable([head = [], ...lines]: readonly Cells[]): string {
  const rule = head.map((_, column) => (column === 0 ? "---" : "---:"));
  return [toLine(head), `| ${rule.join(" | ")} |`, ...lines.map(toLine)].join("\n");
}

/** The runs: suites that were measured on the same day, machine and versions are of one. */
function listRuns(results: readonly SuiteResult[]): readonly Environment[] {
  const all = results.map(({ environment }) => environment);
  return all.filter((one, index) => all.findIndex((other) => isDeepStrictEqual(one, other)) === index);
}

function formatSuite(name: string, result: SuiteResult, runs: readonly Environment[]): readonly string[] {
  const { heading, tables, verdicts, environment } = result;
  const place = runs.findIndex((run) => isDeepStrictEqual(run, environment)) + 1;
  const where = runs.length > 1 ? ` (measured on ${place})` : "";
  return [`## ${name}`, `${heading}${where}`, ...tables.map(formatTable), ...verdicts];
}

/** Writes the results as a page. */
export function formatResults({ suites }: Results): string {
  const entries = Object.entries(suites);
  const runs = listRuns(Object.values(suites));
  return `${[
    "# Results",
    "Written by `npm run bench` from [results.json](results.json). What is measured, and how: [README.md](README.md).",
    "## Measured on",
    runs.map((run, index) => `${index + 1}. ${formatMachine(run)}; ${formatPackages(run)}`).join("\n"),
    ...entries.flatMap(([name, result]) => formatSuite(name, result, runs)),
  ].join("\n\n")}\n`;
}
