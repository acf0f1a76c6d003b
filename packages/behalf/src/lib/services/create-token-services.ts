import type { PartyToken } from "../oauth/token-request.ts";
import { toTokenType } from "../oauth/token-types.ts";
import { type OutcomePromise, toOutcome, toOutcomePromise } from "../outcome/outcome-promise.ts";
import type { TokenService } from "../tokens/token-service.ts";
import { toClientProofs } from "./to-client-proofs.ts";
import type { TargetSurroundings } from "./to-token-target.ts";
import { toTokenTarget } from "./to-token-target.ts";
import type {
  ClientCredentialsService,
  RefreshTokenService,
  TokenExchangeRequest,
  TokenExchangeService,
  TokenResponse,
} from "./token-services.ts";

/** All services, over one token service. */
export interface TokenServices {
  readonly tokenExchangeService: TokenExchangeService;
  readonly clientCredentialsService: ClientCredentialsService;
  readonly refreshTokenService: RefreshTokenService;
}

/** The actor of an exchange, with its kind. */
export function toActor(
  { actorToken, actorTokenType }: Pick<TokenExchangeRequest, "actorToken" | "actorTokenType">,
  issuer: string,
): PartyToken | undefined {
  return actorToken && { token: actorToken, tokenType: actorTokenType ?? toTokenType(actorToken, issuer) };
}

/** Creates the services that ask authorization servers: the instance's, or the one that a request's settings name. */
export function createTokenServices(tokens: TokenService, surroundings: TargetSurroundings): TokenServices {
  const respond = (acquire: () => Promise<TokenResponse["accessToken"]>): OutcomePromise<TokenResponse> =>
    toOutcomePromise(toOutcome(async () => ({ accessToken: await acquire() })));

  return {
    tokenExchangeService: {
      exchange: (request) =>
        respond(() => {
          const { subjectToken, identityProvider, forceAuthorization: force, signal } = request;
          const target = toTokenTarget(request.grantType ?? "tokenExchange", request, surroundings);
          return tokens.acquire(target, {
            subject: subjectToken,
            actor: toActor(request, target.fields.issuer),
            proofs: toClientProofs(request, surroundings),
            firstProofs: identityProvider && toClientProofs(identityProvider, surroundings),
            force,
            signal,
          });
        }),
    },
    clientCredentialsService: {
      acquireToken: (request) =>
        respond(() => {
          const { forceAuthorization: force, signal } = request;
          const target = toTokenTarget("clientCredentials", request, surroundings);
          return tokens.acquire(target, { proofs: toClientProofs(request, surroundings), force, signal });
        }),
    },
    refreshTokenService: {
      refresh: (request) =>
        respond(() => {
          const { refreshToken: subject, keep, forceAuthorization: force, signal } = request;
          const target = toTokenTarget("refreshToken", request, surroundings);
          const proofs = toClientProofs(request, surroundings);
          return tokens.acquire(target, { subject, proofs, keep, force, signal });
        }),
    },
  };
}
