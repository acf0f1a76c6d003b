import type { RequestableGrant } from "../oauth/token-request.ts";
import { toTokenType } from "../oauth/token-types.ts";
import { toOutcome, toOutcomePromise } from "../outcome/outcome-promise.ts";
import type { TokenService } from "../tokens/token-service.ts";
import { createTokenTarget, type TokenTarget } from "../tokens/token-target.ts";
import { MultiStringValue } from "../values/multi-string-value.ts";
import type {
  ClientCredentialsService,
  TokenExchangeRequest,
  TokenExchangeService,
  TokenRequestOptions,
} from "./token-services.ts";

/** Both services, over one token service. */
export interface TokenServices {
  readonly tokenExchangeService: TokenExchangeService;
  readonly clientCredentialsService: ClientCredentialsService;
}

function toTarget(
  grantType: RequestableGrant,
  request: TokenRequestOptions & Partial<TokenExchangeRequest>,
  issuer: string,
): TokenTarget {
  const { credentials } = request;
  const fixed = {
    grantType,
    credentials: { ...credentials, authentication: credentials.authentication ?? "client_secret_basic" },
    audience: request.audience ?? MultiStringValue.empty,
    resource: request.resource ?? MultiStringValue.empty,
    scope: request.scope ?? MultiStringValue.empty,
    requestedTokenType: request.requestedTokenType,
    service: request.service ?? "-",
  };
  return createTokenTarget(fixed, issuer, request.subjectTokenType);
}

/** Creates the services that ask the authorization server with this issuer. */
export function createTokenServices(tokens: TokenService, issuer: string): TokenServices {
  return {
    tokenExchangeService: {
      exchange(request) {
        const { subjectToken, actorToken, actorTokenType, forceAuthorization, signal } = request;
        const actor = actorToken && { token: actorToken, tokenType: actorTokenType ?? toTokenType(actorToken, issuer) };
        const target = toTarget("tokenExchange", request, issuer);
        const token = tokens.acquire(target, { subject: subjectToken, actor, force: forceAuthorization, signal });
        return toOutcomePromise(toOutcome(() => token.then((accessToken) => ({ accessToken }))));
      },
    },
    clientCredentialsService: {
      acquireToken(request) {
        const target = toTarget("clientCredentials", request, issuer);
        const token = tokens.acquire(target, { force: request.forceAuthorization, signal: request.signal });
        return toOutcomePromise(toOutcome(() => token.then((accessToken) => ({ accessToken }))));
      },
    },
  };
}
