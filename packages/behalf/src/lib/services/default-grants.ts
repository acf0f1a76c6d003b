import type { ServiceAuthConfig } from "../config/service-auth-config.ts";
import type { ContextStorage } from "../context/context-storage.ts";
import { Outcome } from "../outcome/outcome.ts";
import type { Awaitable } from "../outcome/outcome-promise.ts";
import { cancelledBy, whileNotCancelled } from "../transport/cancellation.ts";
import type { ActorToken } from "../values/actor-token.ts";
import { readAuthAnswers } from "./read-auth-answers.ts";
import type { TokenMemory } from "./token-memory.ts";
import type { ClientCredentialsService, TokenExchangeService, TokenResponse } from "./token-services.ts";

type Acquired = Awaitable<Outcome<ActorToken>>;

/** How tokens are obtained where no step is replaced: from memory at once, else through the services. */
export interface DefaultGrants {
  exchange(authConfig: ServiceAuthConfig, subjectToken: ActorToken, signal: AbortSignal | undefined): Acquired;
  acquireToken(authConfig: ServiceAuthConfig, signal: AbortSignal | undefined): Acquired;
  /** Does work with a signal that aborts when nobody waits any more: by the given one, or by the caller's hang-up. */
  whileWanted(signal: AbortSignal | undefined, work: (wanted: AbortSignal | undefined) => Acquired): Acquired;
}

/** What the default grants work with. */
export interface DefaultGrantsDependencies {
  readonly tokenExchangeService: TokenExchangeService;
  readonly clientCredentialsService: ClientCredentialsService;
  readonly tokenMemory: TokenMemory;
  readonly context: ContextStorage;
}

const toToken = ({ accessToken }: TokenResponse): ActorToken => accessToken;

/** Creates the default grants. Memory is read ahead of a service only if it is that service which fills it. */
export function createDefaultGrants(dependencies: DefaultGrantsDependencies): DefaultGrants {
  const { tokenExchangeService, clientCredentialsService, tokenMemory, context } = dependencies;
  const { filledBy } = tokenMemory;

  const find = (config: ServiceAuthConfig, subject?: ActorToken): ActorToken | undefined => {
    if (subject) {
      return tokenExchangeService === filledBy.tokenExchangeService
        ? tokenMemory.find("tokenExchange", config, subject)
        : undefined;
    }
    return clientCredentialsService === filledBy.clientCredentialsService
      ? tokenMemory.find("clientCredentials", config)
      : undefined;
  };

  const whileWanted: DefaultGrants["whileWanted"] = (signal, work) => {
    const ofRequest = context.current()?.signal;
    if (!signal || !ofRequest) return work(signal ?? ofRequest);
    return whileNotCancelled([cancelledBy(signal), cancelledBy(ofRequest)], work);
  };

  const exchange = async (authConfig: ServiceAuthConfig, subjectToken: ActorToken, signal: AbortSignal | undefined) => {
    const answers = await readAuthAnswers({ grantType: "tokenExchange", authConfig }, signal);
    const { requestedTokenType } = authConfig;
    return (await tokenExchangeService.exchange({ ...answers, subjectToken, requestedTokenType })).map(toToken);
  };

  const acquireToken = async (authConfig: ServiceAuthConfig, signal: AbortSignal | undefined) => {
    const answers = await readAuthAnswers({ grantType: "clientCredentials", authConfig }, signal);
    return (await clientCredentialsService.acquireToken(answers)).map(toToken);
  };

  return {
    whileWanted,
    exchange(authConfig, subjectToken, signal) {
      const held = find(authConfig, subjectToken);
      return held ? Outcome.success(held) : whileWanted(signal, (wanted) => exchange(authConfig, subjectToken, wanted));
    },
    acquireToken(authConfig, signal) {
      const held = find(authConfig);
      return held ? Outcome.success(held) : whileWanted(signal, (wanted) => acquireToken(authConfig, wanted));
    },
  };
}
