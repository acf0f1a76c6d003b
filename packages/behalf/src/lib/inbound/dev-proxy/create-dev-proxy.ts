import { AsyncResource } from "node:async_hooks";
import type { DevProxyRequest } from "../../config/inbound-options.ts";
import type { ResolvedDevProxy } from "../../config/resolved-inbound.ts";
import type { RequestContext } from "../../context/request-context.ts";
import type { Diagnostics } from "../../diagnostics/diagnostics.ts";
import { CallerTokenError } from "../../errors/caller-token-error.ts";
import type { ServerFetch } from "../../oauth/server-connection.ts";
import { toErrorUrl } from "../../oauth/translate-error.ts";
import { watchServer } from "../../oauth/watch-server.ts";
import type { ActorToken } from "../../values/actor-token.ts";
import type { Now } from "../../values/clock.ts";
import { createSingleFlight } from "../../values/single-flight.ts";
import { createAssertionMemory } from "./assertion-memory.ts";
import { checkLocal } from "./check-local.ts";
import type { DevProxy } from "./dev-proxy.ts";
import { requestAssertion } from "./request-assertion.ts";

/** What the development proxy is made of. */
export interface DevProxyParts {
  readonly settings: ResolvedDevProxy;
  /** Reaches the sidecar. */
  readonly fetch: ServerFetch;
  readonly now: Now;
  /** Told when the sidecar goes away and comes back. @default nobody */
  readonly diagnostics?: Diagnostics;
  /** Gives `NODE_ENV` as it is at the time. */
  readonly environment: () => string | undefined;
}

const timeoutMs = 5_000;

function toDevProxyRequest(context: RequestContext): DevProxyRequest {
  const { method = "", url = "" } = context.incoming;
  return { method, url, header: (name) => context.headerValue(name.toLowerCase()) };
}

/**
 * Creates the development proxy. It has no say in where it acts: each request is looked at, and refused unless it was made on
 * this machine.
 *
 * A predicate that throws fails the request: with what it throws on this machine, and as `notLocal` from anywhere else, so that
 * nobody outside sees an error of the predicate's.
 */
export function createDevProxy({ settings, fetch, now, diagnostics, environment }: DevProxyParts): DevProxy {
  const { url, muted } = settings;
  const watched = diagnostics ? watchServer(fetch, { issuer: toErrorUrl(url), diagnostics, now }) : fetch;
  const source = { url, fetch: watched, now, timeoutMs };
  const memory = createAssertionMemory(now);
  const requests = createSingleFlight<ActorToken>();
  const outsideRequests = new AsyncResource("behalf:dev-proxy");

  const ask = async (token: ActorToken, signal: AbortSignal): Promise<ActorToken> => {
    try {
      const assertion = await requestAssertion(token, source, signal);
      memory.remember(token.digest(), assertion);
      return assertion;
    } catch (error) {
      if (error instanceof CallerTokenError) memory.rememberRefusal(token.digest());
      throw error;
    }
  };

  return {
    applies(context) {
      try {
        if (muted(toDevProxyRequest(context))) return false;
      } catch (error) {
        checkLocal(context, environment());
        throw error;
      }
      checkLocal(context, environment());
      return true;
    },
    async assert(token, signal) {
      const known = memory.recall(token.digest());
      if (known) return known;
      const start = (ending: AbortSignal): Promise<ActorToken> =>
        outsideRequests.runInAsyncScope(ask, null, token, ending);
      return (await requests.join(token.digest(), start, signal)).value;
    },
  };
}
