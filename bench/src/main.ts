import { type Child, startChild } from "./children/start-child.ts";
import { runGatewaySuite } from "./gateway/gateway-suite.ts";
import { profileGateways } from "./gateway/profile-gateways.ts";
import { runHitSuite } from "./hit/hit-suite.ts";
import { runCallSuite } from "./measuring/call-suite.ts";
import { runMemorySuite } from "./memory/memory-suite.ts";
import { profileRows } from "./profile-rows.ts";
import { type BenchOptions, readOptions, usage } from "./read-options.ts";
import { formatEnvironment, readEnvironment } from "./report/environment.ts";
import type { Site, SiteQuestion } from "./site/site.ts";
import type { SuiteContext, SuiteReport } from "./suite.ts";

async function openContext(child: Child): Promise<SuiteContext> {
  return {
    site: await child.ask<Site>("where" satisfies SiteQuestion),
    issueCallers: (callers) => child.ask<readonly string[]>({ callers } satisfies SiteQuestion),
    onMeasured: (name) => console.error(`measured: ${name}`),
  };
}

async function measure(context: SuiteContext, options: BenchOptions): Promise<Readonly<Record<string, SuiteReport>>> {
  const { calls, gateway, hit, memory } = options;
  return {
    ...(calls && { calls: await runCallSuite(context, calls) }),
    ...(gateway && { gateway: await runGatewaySuite(context, gateway) }),
    ...(hit && { hit: await runHitSuite(context, hit) }),
    ...(memory && { memory: await runMemorySuite(context, memory) }),
  };
}

async function printReports(context: SuiteContext, options: BenchOptions): Promise<void> {
  const environment = readEnvironment();
  const reports = Object.entries(await measure(context, options));
  if (options.json) {
    const suites = Object.fromEntries(reports.map(([name, { json }]) => [name, json]));
    console.log(JSON.stringify({ environment, ...suites }, undefined, 2));
    return;
  }
  console.log(["", formatEnvironment(environment), ...reports.map(([, { text }]) => text)].join("\n\n"));
}

async function profile(context: SuiteContext, { calls, gateway, hit, memory }: BenchOptions): Promise<void> {
  if (calls) await profileRows(context.site, calls);
  if (gateway) await profileGateways(context, gateway);
  if (hit) console.log((await runHitSuite(context, hit)).text);
  if (memory) console.log((await runMemorySuite(context, memory)).text);
}

async function run(options: BenchOptions): Promise<void> {
  const child = startChild(new URL("./site/serve-site.js", import.meta.url));
  try {
    const context = await openContext(child);
    await (options.profile ? profile(context, options) : printReports(context, options));
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
