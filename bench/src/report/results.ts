import type { SuiteReport } from "../suite.ts";
import type { Environment } from "./environment.ts";

/** A suite's report, and what it was measured on. */
export interface SuiteResult extends SuiteReport {
  readonly environment: Environment;
}

/** The last report of each suite, by its name. */
export interface Results {
  readonly suites: Readonly<Record<string, SuiteResult>>;
}

/** Reads results that were written before; `undefined` as text means that there are none. */
export function parseResults(text: string | undefined): Results {
  if (text === undefined) return { suites: {} };
  const results: Partial<Results> | null = JSON.parse(text);
  if (typeof results?.suites !== "object")
    throw new TypeError("The results that were written before are not readable.");
  return { suites: results.suites };
}

/** Puts new reports in the place of the old ones of the same suites; those of other suites stay. In the order of `names`. */
export function mergeResults(old: Results, fresh: Results, names: readonly string[]): Results {
  const suites = { ...old.suites, ...fresh.suites };
  const found = names.flatMap((name) => {
    const result = suites[name];
    return result ? [[name, result] as const] : [];
  });
  return { suites: Object.fromEntries(found) };
}
