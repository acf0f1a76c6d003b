import { fileURLToPath } from "node:url";
import { startChild } from "./children/start-child.ts";
import { type BenchOptions, readOptions, usage } from "./read-options.ts";
import { formatMachine, formatPackages, readEnvironment } from "./report/environment.ts";
import { formatReport } from "./report/format-report.ts";
import { readRecorded, recordResults } from "./report/record-results.ts";
import type { SuiteResult } from "./report/results.ts";
import type { Site, SiteQuestion } from "./site/site.ts";
import type { SiteCounts } from "./site/traffic.ts";
import type { Suite, SuiteContext } from "./suite.ts";
import { suites as allSuites } from "./suites.ts";

/** Runs a suite, or profiles it, at servers of its own. */
async function atSite<result>(work: (context: SuiteContext) => Promise<result>): Promise<result> {
  const child = startChild(new URL("./site/serve-site.js", import.meta.url));
  const ask = <answer>(question: SiteQuestion): Promise<answer> => child.ask<answer>(question);
  try {
    const site = await ask<Site>("where");
    child.stayOn("servers");
    return await work({
      site,
      issueCallers: (callers) => ask<readonly string[]>({ callers }),
      watch: (refuseAfter) => ask<void>({ watch: refuseAfter === undefined ? {} : { refuseAfter } }),
      count: () => ask<SiteCounts>("counts"),
      onMeasured: (name) => console.error(`measured: ${name}`),
    });
  } finally {
    await child.end();
  }
}

async function profile({ suites, asked }: BenchOptions): Promise<void> {
  for (const suite of suites) {
    if (!suite.profile) throw new RangeError(`The suite "${suite.name}" cannot be profiled.`);
    await atSite((context) => suite.profile?.(context, asked) ?? Promise.resolve());
  }
}

async function measure({ suites, asked, json, folder }: BenchOptions): Promise<void> {
  const environment = readEnvironment();
  const results: Record<string, SuiteResult> = {};
  if (!json) console.log(`\n${formatMachine(environment)}\n${formatPackages(environment)}`);
  const run = (suite: Suite) => atSite((context) => suite.run(context, asked));
  for (const suite of suites) {
    const report = await run(suite);
    results[suite.name] = { environment, ...report };
    if (!json) console.log(`\n${formatReport(suite.name, report)}`);
    if (folder !== undefined)
      recordResults(
        folder,
        { suites: results },
        allSuites.map(({ name }) => name),
      );
  }
  if (json) console.log(JSON.stringify({ suites: results }, undefined, 2));
}

const benchFolder = fileURLToPath(new URL("..", import.meta.url));

try {
  const options = readOptions(process.argv.slice(2), benchFolder);
  if (!options) console.log(usage);
  else if (options.profile) await profile(options);
  else {
    // What was written before is read now, so that a file that cannot be read does not cost a run.
    if (options.folder !== undefined) readRecorded(options.folder);
    await measure(options);
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
