import { defaultAuthSettings } from "../config/default-auth-settings.ts";
import { tokenTypes } from "../oauth/token-types.ts";
import type { TokenBindings } from "../tokens/token-bindings.ts";
import { createTokenTarget, type TokenGrant, type TokenTarget } from "../tokens/token-target.ts";
import { MultiStringValue } from "../values/multi-string-value.ts";
import type { Credentials, TokenExchangeRequest, TokenRequestOptions } from "./token-services.ts";

/** What targets are made with. */
export interface TargetSurroundings {
  /** The issuer of the instance. */
  readonly authority: string;
  readonly bindings: TokenBindings;
}

/** The part of a request that its target is made of: no secret, and nobody's token. */
export interface TargetQuestion
  extends Omit<TokenRequestOptions, "credentials" | "signal" | "forceAuthorization">,
    Pick<TokenExchangeRequest, "requestedTokenType" | "subjectTokenType"> {
  readonly credentials: Pick<Credentials, "clientId" | "authentication">;
  readonly identityProvider?: TargetQuestion | undefined;
}

/** The first server of an identity assertion is asked for an assertion that is for the second one. */
function toFirstTarget(question: TargetQuestion, surroundings: TargetSurroundings): TokenTarget | undefined {
  const { identityProvider: first, settings = defaultAuthSettings, scope, resource, service } = question;
  if (!first) return undefined;
  const ownScope = first.scope && first.scope.size > 0 ? first.scope : scope;
  const ownResource = first.resource && first.resource.size > 0 ? first.resource : resource;
  const asked: TargetQuestion = {
    ...first,
    audience: MultiStringValue.from([settings.authority ?? surroundings.authority]),
    scope: ownScope,
    resource: ownResource,
    requestedTokenType: tokenTypes.identityAssertion,
    service,
  };
  return toTokenTarget("tokenExchange", asked, surroundings);
}

/** Makes the target of a request by this grant. */
export function toTokenTarget(
  grantType: TokenGrant,
  question: TargetQuestion,
  surroundings: TargetSurroundings,
): TokenTarget {
  const { credentials, settings: given = defaultAuthSettings, subjectTokenType, service = "-" } = question;
  const { clientId, authentication = "client_secret_basic" } = credentials;
  const settings = subjectTokenType === undefined ? given : { ...given, subjectTokenType };
  return createTokenTarget({
    grantType,
    clientId,
    authentication,
    audience: question.audience ?? MultiStringValue.empty,
    resource: question.resource ?? MultiStringValue.empty,
    scope: question.scope ?? MultiStringValue.empty,
    requestedTokenType: grantType === "tokenExchange" ? question.requestedTokenType : undefined,
    settings,
    authority: surroundings.authority,
    binding: surroundings.bindings.of(given, authentication, service),
    service,
    first: grantType === "identityAssertion" ? toFirstTarget(question, surroundings) : undefined,
  });
}
