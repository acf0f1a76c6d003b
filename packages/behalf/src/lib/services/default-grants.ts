import type { DelegatedGrant } from "../config/auth-settings.ts";
import type { ServiceAuthConfig } from "../config/service-auth-config.ts";
import { Outcome } from "../outcome/outcome.ts";
import type { Awaitable } from "../outcome/outcome-promise.ts";
import { cancelledBy, whileNotCancelled } from "../transport/cancellation.ts";
import type { ActorToken } from "../values/actor-token.ts";
import { isDelegatedGrant } from "../values/delegated-grant.ts";
import { acquireAsItself } from "./acquire-as-itself.ts";
import { acquireDelegated } from "./acquire-delegated.ts";
import type { DefaultGrantsDependencies } from "./default-grants-dependencies.ts";
import { refreshFromSource } from "./refresh-from-source.ts";

type Acquired = Awaitable<Outcome<ActorToken>>;

/** How tokens are obtained where no step is replaced: from memory at once, else through the services. */
export interface DefaultGrants {
  /** Finds the token in memory. Memory is read ahead of a service only if it is that service which fills it. */
  recall(
    grantType: DelegatedGrant | "clientCredentials",
    authConfig: ServiceAuthConfig,
    subjectToken: ActorToken | undefined,
  ): ActorToken | undefined;
  /** By the grant of the configuration if it is a delegated one, else by token exchange. */
  exchange(authConfig: ServiceAuthConfig, subjectToken: ActorToken, signal: AbortSignal | undefined): Acquired;
  acquireToken(authConfig: ServiceAuthConfig, signal: AbortSignal | undefined): Acquired;
  refresh(authConfig: ServiceAuthConfig, signal: AbortSignal | undefined): Acquired;
  /** Does work with a signal that aborts when nobody waits any more: by the given one, or by the caller's hang-up. */
  whileWanted(signal: AbortSignal | undefined, work: (wanted: AbortSignal | undefined) => Acquired): Acquired;
}

/** Creates the default grants. */
export function createDefaultGrants(dependencies: DefaultGrantsDependencies): DefaultGrants {
  const { tokenExchangeService, clientCredentialsService, tokenMemory, context } = dependencies;
  const { filledBy } = tokenMemory;
  const remembersOwn = clientCredentialsService === filledBy.clientCredentialsService;
  const remembersDelegated = tokenExchangeService === filledBy.tokenExchangeService;

  const whileWanted: DefaultGrants["whileWanted"] = (signal, work) => {
    const ofRequest = context.current()?.signal;
    if (!signal || !ofRequest) return work(signal ?? ofRequest);
    return whileNotCancelled([cancelledBy(signal), cancelledBy(ofRequest)], work);
  };

  const recall: DefaultGrants["recall"] = (grantType, authConfig, subjectToken) => {
    const remembers = grantType === "clientCredentials" ? remembersOwn : remembersDelegated;
    return remembers ? tokenMemory.find(grantType, authConfig, subjectToken) : undefined;
  };

  return {
    recall,
    whileWanted,
    exchange(authConfig, subjectToken, signal) {
      const grantType = isDelegatedGrant(authConfig.grantType) ? authConfig.grantType : "tokenExchange";
      const held = recall(grantType, authConfig, subjectToken);
      if (held) return Outcome.success(held);
      return whileWanted(signal, (wanted) =>
        acquireDelegated(dependencies, { grantType, authConfig, subjectToken, signal: wanted }),
      );
    },
    acquireToken(authConfig, signal) {
      const held = recall("clientCredentials", authConfig, undefined);
      if (held) return Outcome.success(held);
      return whileWanted(signal, (wanted) => acquireAsItself(dependencies, authConfig, wanted));
    },
    refresh: (authConfig, signal) =>
      whileWanted(signal, (wanted) => refreshFromSource(dependencies, authConfig, wanted)),
  };
}
