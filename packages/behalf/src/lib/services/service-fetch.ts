import type { ServiceAuthConfig } from "../config/service-auth-config.ts";
import {
  abandonGivenBody,
  type FetchInit,
  type FetchInput,
  readGivenMethod,
  readSignal,
  tolerateBrokenBody,
} from "./fetch-arguments.ts";
import { HttpClientOptions } from "./http-client-options.ts";
import type { CallHost, CallPlan } from "./make-call.ts";
import { type ObtainedClient, obtainClient } from "./obtain-client.ts";
import { CallObservation } from "./sending/call-observation.ts";
import { withinTime } from "./sending/within-time.ts";

/** The service that a `fetch` is of, as it is when that is used. */
export interface FetchingService extends Pick<CallPlan, "place" | "timeoutMs" | "hooks"> {
  readonly host: CallHost;
  readonly authConfig: ServiceAuthConfig;
}

/** Makes the `fetch` of a service. Getting the token is a part of its time. */
export function createServiceFetch(read: () => FetchingService): typeof globalThis.fetch {
  return async (input, init) => {
    const service = read();
    const { place, hooks, host } = service;
    const runHere = host.context.snapshot();
    const { client, leftMs } = await obtain(service, input, init);
    return runHere(() => client.withPlan({ place, timeoutMs: leftMs, hooks }).fetch(input, init));
  };
}

/** Reports what is not sent because there is no client for it; a stream that was to be its body is not left open. */
async function obtain(service: FetchingService, input: FetchInput, init: FetchInit): Promise<ObtainedClient> {
  const { host, authConfig, place, timeoutMs } = service;
  const request = host.context.scope()?.request;
  const observation = new CallObservation(host.now);
  tolerateBrokenBody(init);
  try {
    const call = { host, plan: { authConfig }, options: { signal: readSignal(input, init) } };
    const mostMs = withinTime(timeoutMs, request?.endsAt, place);
    return await obtainClient(call, new HttpClientOptions({ authConfig }), mostMs);
  } catch (error) {
    abandonGivenBody(init);
    const method = readGivenMethod(input, init).toUpperCase();
    const observed = { place, method, grant: authConfig.grantType, messageId: request?.messageId() };
    observation.publish(host.diagnostics, observed, error);
    throw error;
  }
}
