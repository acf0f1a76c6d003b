import type { SuiteReport } from "../suite.ts";
import { formatColumns } from "./format-columns.ts";

/** Writes a report for the terminal. */
export function formatReport(name: string, { heading, tables, verdicts }: SuiteReport): string {
  return [`${name}: ${heading}`, ...tables.map(formatColumns), ...verdicts].join("\n\n");
}
