import type { ServerParts } from "../server/server-parts.ts";

/** The grant type of token exchange (RFC 8693), as it stands in requests. */
export const tokenExchangeGrant = "urn:ietf:params:oauth:grant-type:token-exchange";

/** The parameters of the grant, besides those that authenticate the client. */
export const tokenExchangeParameters: readonly string[] = [
  "subject_token",
  "subject_token_type",
  "actor_token",
  "actor_token_type",
  "requested_token_type",
  "audience",
  "resource",
  "scope",
];

/** The parameters of the grant that a request may repeat. */
export const repeatableParameters: readonly string[] = ["audience", "resource"];

const accessToken = "urn:ietf:params:oauth:token-type:access_token";
const jwt = "urn:ietf:params:oauth:token-type:jwt";

/** The type of a refresh token. */
export const refreshTokenType = "urn:ietf:params:oauth:token-type:refresh_token";

const accepted: readonly unknown[] = [accessToken, jwt];

/** What the parameters ask for, apart from target and scope. */
export interface ExchangeRequest {
  readonly subjectToken: string;
  readonly actorToken: string | undefined;
  readonly issuedTokenType: string;
}

/** Reads the parameters of an exchange; says `invalid_request` to what is missing or not supported. */
export function readExchangeRequest(
  { library }: ServerParts,
  parameters: Readonly<Record<string, unknown>>,
): ExchangeRequest {
  const { InvalidRequest } = library.errors;
  const { subject_token: subjectToken, actor_token: actorToken, actor_token_type: actorTokenType } = parameters;
  const { requested_token_type: issuedTokenType = accessToken } = parameters;
  if (!isGiven(subjectToken)) throw new InvalidRequest("subject_token is missing");
  if (!accepted.includes(parameters.subject_token_type)) {
    throw new InvalidRequest(`subject_token_type must be ${accessToken} or ${jwt}`);
  }
  if (actorToken === undefined && actorTokenType !== undefined) {
    throw new InvalidRequest("actor_token_type must not stand without actor_token");
  }
  if (actorToken !== undefined && !accepted.includes(actorTokenType)) {
    throw new InvalidRequest(`actor_token_type must be ${accessToken} or ${jwt}`);
  }
  if (!isGiven(issuedTokenType) || ![...accepted, refreshTokenType].includes(issuedTokenType)) {
    throw new InvalidRequest(`requested_token_type must be ${accessToken}, ${jwt} or ${refreshTokenType}`);
  }
  return { subjectToken, actorToken: isGiven(actorToken) ? actorToken : undefined, issuedTokenType };
}

function isGiven(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}
