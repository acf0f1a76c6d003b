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
  /** By the grant of the configuration if it is a delegated one, else by token exchange. */
  exchange(authConfig: ServiceAuthConfig, subjectToken: ActorToken, signal: AbortSignal | undefined): Acquired;
  acquireToken(authConfig: ServiceAuthConfig, signal: AbortSignal | undefined): Acquired;
  refresh(authConfig: ServiceAuthConfig, signal: AbortSignal | undefined): Acquired;
  /** Does work with a signal that aborts when nobody waits any more: by the given one, or by the caller's hang-up. */
  whileWanted(signal: AbortSignal | undefined, work: (wanted: AbortSignal | undefined) => Acquired): Acquired;
}

/** Creates the default grants. Memory is read ahead of a service only if it is that service which fills it. */
export function createDefaultGrants(dependencies: DefaultGrantsDependencies): DefaultGrants {
  const { tokenExchangeService, clientCredentialsService, tokenMemory, context } = dependencies;
  const { filledBy } = tokenMemory;

  const whileWanted: DefaultGrants["whileWanted"] = (signal, work) => {
    const ofRequest = context.current()?.signal;
    if (!signal || !ofRequest) return work(signal ?? ofRequest);
    return whileNotCancelled([cancelledBy(signal), cancelledBy(ofRequest)], work);
  };

  return {
    whileWanted,
    exchange(authConfig, subjectToken, signal) {
      const grantType = isDelegatedGrant(authConfig.grantType) ? authConfig.grantType : "tokenExchange";
      const held =
        tokenExchangeService === filledBy.tokenExchangeService
          ? tokenMemory.find(grantType, authConfig, subjectToken)
          : undefined;
      if (held) return Outcome.success(held);
      return whileWanted(signal, (wanted) =>
        acquireDelegated(dependencies, { grantType, authConfig, subjectToken, signal: wanted }),
      );
    },
    acquireToken(authConfig, signal) {
      const held =
        clientCredentialsService === filledBy.clientCredentialsService
          ? tokenMemory.find("clientCredentials", authConfig)
          : undefined;
      if (held) return Outcome.success(held);
      return whileWanted(signal, (wanted) => acquireAsItself(dependencies, authConfig, wanted));
    },
    refresh: (authConfig, signal) =>
      whileWanted(signal, (wanted) => refreshFromSource(dependencies, authConfig, wanted)),
  };
}
