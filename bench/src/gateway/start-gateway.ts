import { type Child, startChild } from "../children/start-child.ts";
import type { Measure } from "../measuring/compare.ts";
import type { Load, Measurement } from "../measuring/drive.ts";
import type { Site } from "../site/site.ts";
import { checkGateway } from "./check-gateway.ts";
import type { GatewayRow } from "./gateway-row.ts";
import { openTraffic, type Traffic } from "./load/drive-requests.ts";
import { toRequest } from "./load/to-request.ts";
import type { GatewayQuestion } from "./serve-gateway.ts";

/** A gateway in a process of its own. */
export interface Gateway {
  /** The gateway, under the load of its first so many callers. */
  under(callers: number): Measure;
  end(): Promise<void>;
}

/** Where gateways are measured. */
export interface GatewaySite {
  readonly site: Site;
  readonly callerTokens: readonly string[];
  /** Options of Node for each gateway's process. */
  readonly nodeOptions: readonly string[];
}

async function measure(child: Child, traffic: Traffic, load: Load): Promise<Measurement> {
  const readCpuUs = (): Promise<number> => child.ask<number>("cpu" satisfies GatewayQuestion);
  const open = await openTraffic(traffic, load);
  try {
    const before = await readCpuUs();
    const callsPerSecond = await open.drive();
    const after = await readCpuUs();
    return { cpuUs: (after - before) / load.calls, callsPerSecond };
  } finally {
    open.close();
  }
}

/** Starts a gateway, and makes sure that it answers as it should. */
export async function startGateway(
  row: GatewayRow,
  { site, callerTokens, nodeOptions }: GatewaySite,
): Promise<Gateway> {
  const child = startChild(
    new URL("./serve-gateway.js", import.meta.url),
    [row.name, JSON.stringify(site)],
    nodeOptions,
  );
  const end = (): Promise<void> => child.end();
  try {
    const origin = await child.ask<string>("where" satisfies GatewayQuestion);
    const bodyLength = await checkGateway(row, { origin, token: callerTokens[0] ?? "" });
    child.stayOn("row");
    const requests = callerTokens.map(toRequest);
    return {
      under: (callers) => (load) => measure(child, { origin, requests: requests.slice(0, callers), bodyLength }, load),
      end,
    };
  } catch (error) {
    await end();
    throw error;
  }
}
