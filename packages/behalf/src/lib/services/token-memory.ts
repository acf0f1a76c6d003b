import { AuthNode } from "../config/auth-node.ts";
import { defaultAuthSettings } from "../config/default-auth-settings.ts";
import type { ServiceAuthConfig } from "../config/service-auth-config.ts";
import type { TokenBinding } from "../tokens/token-binding.ts";
import type { HeldToken } from "../tokens/token-entry.ts";
import type { TokenService } from "../tokens/token-service.ts";
import type { TokenGrant, TokenTarget } from "../tokens/token-target.ts";
import type { ActorToken } from "../values/actor-token.ts";
import { createTokenServices, type TokenServices, toActor } from "./create-token-services.ts";
import { DerivedAuthConfig } from "./derived-auth-config.ts";
import { type TargetQuestion, type TargetSurroundings, toTokenTarget } from "./to-token-target.ts";
import type { TokenExchangeRequest } from "./token-services.ts";

/** On whose behalf a request is, and who acts. */
export interface AskingParties extends Pick<TokenExchangeRequest, "actorToken" | "actorTokenType"> {
  readonly subject?: ActorToken | undefined;
}

/** Tokens in memory. */
export interface TokenMemory {
  /** The services that fill this memory: what other services obtain is not found here. */
  readonly filledBy: TokenServices;
  /** Finds the token of a node of the configuration, without a promise and without hashing. */
  find(grantType: TokenGrant, authConfig: ServiceAuthConfig, subject?: ActorToken): HeldToken | undefined;
  /** Finds the token that a request would give. */
  findFor(grantType: TokenGrant, question: TargetQuestion, parties: AskingParties): HeldToken | undefined;
  /** Tells who this API is towards the backends of a configuration. */
  bindingOf(authConfig: ServiceAuthConfig): TokenBinding;
  /** Notes that a backend refused a token; tells whether asking again can bring another one. */
  reject(token: ActorToken, backend: string): boolean;
}

function toQuestion(node: AuthNode): TargetQuestion | undefined {
  const { clientId, clientAuthentication, audience, resource, scope, requestedTokenType, settings, configPath } = node;
  if (clientId === undefined) return undefined;
  const first = settings.identityProvider;
  return {
    credentials: { clientId, authentication: clientAuthentication },
    audience,
    resource,
    scope,
    requestedTokenType,
    settings,
    service: configPath,
    identityProvider: first instanceof AuthNode ? toQuestion(first) : undefined,
  };
}

/** Creates the view of a token service's memory; what it computes for a node of the configuration is computed once. */
export function createTokenMemory(tokens: TokenService, surroundings: TargetSurroundings): TokenMemory {
  const targets = new WeakMap<AuthNode, Map<TokenGrant, TokenTarget>>();

  const bindingOf = (config: ServiceAuthConfig): TokenBinding => {
    const { settings = defaultAuthSettings, clientAuthentication = "client_secret_basic", configPath } = config;
    return surroundings.bindings.of(settings, clientAuthentication, configPath);
  };

  const isCurrent = ({ binding, first }: TokenTarget, node: AuthNode): boolean => {
    const { identityProvider } = node.settings;
    return (
      binding === bindingOf(node) && (!first || !identityProvider || first.binding === bindingOf(identityProvider))
    );
  };

  const readTarget = (grantType: TokenGrant, node: AuthNode): TokenTarget | undefined => {
    const known = targets.get(node)?.get(grantType);
    if (known && isCurrent(known, node)) return known;
    const question = toQuestion(node);
    if (!question) return undefined;
    const target = toTokenTarget(grantType, question, surroundings);
    tokens.note(target);
    const ofNode = targets.get(node) ?? new Map<TokenGrant, TokenTarget>();
    targets.set(node, ofNode.set(grantType, target));
    return target;
  };

  return {
    filledBy: createTokenServices(tokens, surroundings),
    reject: tokens.reject,
    bindingOf,
    find(grantType, authConfig, subject) {
      const node = authConfig instanceof DerivedAuthConfig ? authConfig.plainOrigin : authConfig;
      if (!(node instanceof AuthNode) || node.settings.actorToken !== undefined) return undefined;
      const target = readTarget(grantType, node);
      return target && tokens.find(target, { subject });
    },
    findFor(grantType, question, { subject, ...acting }) {
      const target = toTokenTarget(grantType, question, surroundings);
      tokens.note(target);
      return tokens.find(target, { subject, actor: toActor(acting, target.fields.issuer) });
    },
  };
}
