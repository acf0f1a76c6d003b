import { AuthNode } from "../config/auth-node.ts";
import type { ServiceAuthConfig } from "../config/service-auth-config.ts";
import type { RequestableGrant } from "../oauth/token-request.ts";
import type { HeldToken } from "../tokens/token-entry.ts";
import type { TokenService } from "../tokens/token-service.ts";
import { createTokenTarget, type TokenTarget } from "../tokens/token-target.ts";
import type { ActorToken } from "../values/actor-token.ts";
import { createTokenServices, type TokenServices } from "./create-token-services.ts";

/** Tokens in memory, for what the configuration fixes. */
export interface TokenMemory {
  /** The services that fill this memory: what other services obtain is not found here. */
  readonly filledBy: TokenServices;
  /** Finds a token without a promise and without hashing. */
  find(grantType: RequestableGrant, authConfig: ServiceAuthConfig, subject?: ActorToken): HeldToken | undefined;
  /** Notes that a backend refused a token; tells whether asking again can bring another one. */
  reject(token: ActorToken, backend: string): boolean;
}

function toTarget(grantType: RequestableGrant, node: AuthNode, issuer: string): TokenTarget | undefined {
  const { clientId, clientSecret, clientAuthentication, audience, resource, scope, configPath } = node;
  if (clientId === undefined || clientSecret === undefined) return undefined;
  const credentials = { clientId, clientSecret, authentication: clientAuthentication };
  const requestedTokenType = grantType === "tokenExchange" ? node.requestedTokenType : undefined;
  return createTokenTarget(
    { grantType, credentials, audience, resource, scope, requestedTokenType, service: configPath },
    issuer,
  );
}

/** Creates the view of a token service's memory; what it computes for a node of the configuration is computed once. */
export function createTokenMemory(tokens: TokenService, issuer: string): TokenMemory {
  const targets: Readonly<Record<RequestableGrant, WeakMap<AuthNode, TokenTarget>>> = {
    clientCredentials: new WeakMap(),
    tokenExchange: new WeakMap(),
  };

  const readTarget = (grantType: RequestableGrant, node: AuthNode): TokenTarget | undefined => {
    const known = targets[grantType].get(node);
    if (known) return known;
    const target = toTarget(grantType, node, issuer);
    if (target) targets[grantType].set(node, target);
    return target;
  };

  return {
    filledBy: createTokenServices(tokens, issuer),
    reject: tokens.reject,
    find(grantType, authConfig, subject) {
      if (!(authConfig instanceof AuthNode)) return undefined;
      const target = readTarget(grantType, authConfig);
      return target && tokens.find(target, subject);
    },
  };
}
