import { drive } from "./measuring/drive.ts";
import { openChecked } from "./measuring/open-checked.ts";
import type { Row } from "./row.ts";
import type { Site } from "./site/site.ts";

/** What is run for a profiler. */
export interface Profiled {
  readonly site: Site;
  readonly rows: readonly Row[];
  readonly calls: number;
  readonly concurrencies: readonly number[];
}

/** Runs rows in this very process, long enough for a profiler, and prints what they cost under it. */
export async function profileRows({ site, rows, calls, concurrencies }: Profiled): Promise<void> {
  for (const row of rows) {
    const { call, close } = await openChecked(row, site);
    for (const concurrency of concurrencies) {
      const { cpuUs } = await drive(call, { calls, concurrency });
      console.log(`${row.name} at ${concurrency}: ${cpuUs.toFixed(1)} µs of CPU per call, ${calls} calls`);
    }
    await close();
  }
}
