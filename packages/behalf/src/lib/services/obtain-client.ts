import type { ServiceAuthConfig } from "../config/service-auth-config.ts";
import { TokenUnreachableError } from "../errors/token-unreachable-error.ts";
import { untilAborted } from "../oauth/until-aborted.ts";
import { withDeadline } from "../oauth/with-deadline.ts";
import type { Outcome } from "../outcome/outcome.ts";
import type { Awaitable } from "../outcome/outcome-promise.ts";
import type { HttpClient } from "./http-client.ts";
import type { HttpClientOptions } from "./http-client-options.ts";

/** A call that needs a client. */
export interface WaitingCall {
  readonly host: {
    readonly authority: string;
    getClient(options: HttpClientOptions, signal: AbortSignal): Awaitable<Outcome<HttpClient>>;
  };
  readonly plan: { readonly authConfig: ServiceAuthConfig };
  readonly options: { readonly signal?: AbortSignal | undefined };
}

/** A client, and what is left of the time of its call, in milliseconds. */
export interface ObtainedClient {
  readonly client: HttpClient;
  readonly leftMs: number;
}

function timedOut({ host, plan: { authConfig } }: WaitingCall): TokenUnreachableError {
  const url = authConfig.settings?.authority ?? host.authority;
  const client = "clientId" in authConfig && typeof authConfig.clientId === "string" ? authConfig.clientId : "-";
  return new TokenUnreachableError({ code: "BEHALF_TOKEN_TIMEOUT", url, client });
}

/**
 * Waits for a client whose token has to be obtained. The time of a call is that of its token, too.
 *
 * @throws {TokenUnreachableError} when the time is over
 * @throws the reason of the call's signal, and what the token failed by
 */
export function obtainClient(
  call: WaitingCall,
  options: HttpClientOptions,
  timeoutMs: number,
): Promise<ObtainedClient> {
  const startedAt = performance.now();
  const { host, options: given } = call;
  return withDeadline({ timeoutMs, signal: given.signal }, async (deadline) => {
    const obtaining = async (): Promise<Outcome<HttpClient>> => host.getClient(options, deadline);
    const outcome = await untilAborted(obtaining(), deadline);
    if (outcome?.ok) return { client: outcome.value, leftMs: Math.max(1, timeoutMs - (performance.now() - startedAt)) };
    given.signal?.throwIfAborted();
    throw deadline.aborted || !outcome ? timedOut(call) : outcome.error;
  });
}
