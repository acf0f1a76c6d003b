import { drive } from "./measuring/drive.ts";
import type { CallOptions } from "./measuring/measure-rows.ts";
import { openChecked } from "./measuring/open-checked.ts";
import type { Site } from "./site/site.ts";

/** Runs rows in this very process, long enough for a profiler, and prints what they cost under it. */
export async function profileRows(site: Site, { rows, calls, concurrencies }: CallOptions): Promise<void> {
  for (const row of rows) {
    const { call, close } = await openChecked(row, site);
    for (const concurrency of concurrencies) {
      const { cpuUs } = await drive(call, { calls, concurrency });
      console.log(`${row.name} at ${concurrency}: ${cpuUs.toFixed(1)} µs of CPU per call, ${calls} calls`);
    }
    await close();
  }
}
