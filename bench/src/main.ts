import { startChild } from "./children/start-child.ts";
import { measureRows, type RowResult } from "./measuring/measure-rows.ts";
import { profileRows } from "./profile-rows.ts";
import { type BenchOptions, readOptions, usage } from "./read-options.ts";
import { formatEnvironment, readEnvironment } from "./report/environment.ts";
import { formatTable } from "./report/format-table.ts";
import { formatVerdict } from "./report/format-verdict.ts";
import { toJson } from "./report/to-json.ts";
import type { Site } from "./site/site.ts";

async function printComparison(site: Site, options: BenchOptions): Promise<void> {
  const { rounds, calls, concurrencies, json } = options;
  const onResult = ({ row }: RowResult): void => console.error(`measured: ${row.name}`);
  const results = await measureRows({ site, options, onResult });
  if (json) {
    console.log(toJson(results, options));
    return;
  }
  console.log(`\n${formatEnvironment(readEnvironment())}`);
  console.log(`medians of ${rounds} rounds of ${calls} calls, each against the baseline of its round\n`);
  console.log(`${formatTable(results, concurrencies)}\n\n${formatVerdict(results)}`);
}

async function run(options: BenchOptions): Promise<void> {
  const child = startChild(new URL("./site/serve-site.js", import.meta.url));
  try {
    const site = await child.ask<Site>("where");
    await (options.profile ? profileRows(site, options) : printComparison(site, options));
  } finally {
    await child.end();
  }
}

try {
  const options = readOptions(process.argv.slice(2));
  if (options) await run(options);
  else console.log(usage);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
