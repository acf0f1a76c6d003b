import type { Gate } from "./gate.ts";
import { type LocalServer, listenLocally } from "./listen-locally.ts";
import { createRequestHeaders } from "./request-headers.ts";
import { createServeRequest } from "./serve-request.ts";
import type { SidecarPlan } from "./sidecar-plan.ts";
import { createUpstream } from "./upstream.ts";

/** Starts the proxy behind a gate. */
export async function runProxy(plan: SidecarPlan, gate: Gate): Promise<LocalServer> {
  const upstream = createUpstream(plan.origin);
  const toRequestHeaders = createRequestHeaders({ ...plan, host: new URL(plan.origin).host });
  const server = await listenLocally(
    plan.port,
    gate,
    createServeRequest({ ...plan, gate, upstream, toRequestHeaders }),
  );
  return {
    url: server.url,
    async close() {
      await server.close();
      upstream.close();
    },
  };
}
