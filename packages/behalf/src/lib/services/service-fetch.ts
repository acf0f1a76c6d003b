import type { ServiceAuthConfig } from "../config/service-auth-config.ts";
import { readSignal } from "./fetch-arguments.ts";
import { HttpClientOptions } from "./http-client-options.ts";
import type { CallHost, CallPlan } from "./make-call.ts";
import { obtainClient } from "./obtain-client.ts";
import { withinTime } from "./sending/within-time.ts";

/** The service that a `fetch` is of, as it is when that is used. */
export interface FetchingService extends Pick<CallPlan, "place" | "timeoutMs" | "hooks"> {
  readonly host: CallHost;
  readonly authConfig: ServiceAuthConfig;
}

/** Makes the `fetch` of a service. Getting the token is a part of its time. */
export function createServiceFetch(read: () => FetchingService): typeof globalThis.fetch {
  return async (input, init) => {
    const { host, authConfig, place, hooks, timeoutMs: configuredMs } = read();
    const timeoutMs = withinTime(configuredMs, host.context.scope()?.request.endsAt, place);
    const call = { host, plan: { authConfig }, options: { signal: readSignal(input, init) } };
    const { client, leftMs } = await obtainClient(call, new HttpClientOptions({ authConfig }), timeoutMs);
    return client.withPlan({ place, timeoutMs: leftMs, hooks }).fetch(input, init);
  };
}
