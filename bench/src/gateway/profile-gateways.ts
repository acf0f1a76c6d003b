import type { SuiteContext } from "../suite.ts";
import { type GatewayOptions, gatewayWarmUp } from "./measure-gateways.ts";
import { startGateway } from "./start-gateway.ts";

/** Runs gateways under Node's profiler: each writes its profile into the present folder when it ends. */
export async function profileGateways(
  context: SuiteContext,
  options: Omit<GatewayOptions, "rounds" | "sets">,
): Promise<void> {
  const { rows, calls, concurrency, callers } = options;
  const where = {
    site: context.site,
    callerTokens: await context.issueCallers(Math.max(...callers)),
    nodeOptions: ["--cpu-prof"],
  };
  for (const row of rows) {
    const gateway = await startGateway(row, where);
    try {
      for (const count of callers) {
        await gateway.under(count)(gatewayWarmUp);
        const { cpuUs } = await gateway.under(count)({ calls, concurrency });
        console.log(`${row.name} with ${count}: ${cpuUs.toFixed(1)} µs of CPU per request, ${calls} requests`);
      }
    } finally {
      await gateway.end();
    }
  }
}
