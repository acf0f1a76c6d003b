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

/** What the parameters ask for, apart from target and scope. */
export interface ExchangeRequest {
  readonly subjectToken: string;
  readonly issuedTokenType: string;
}

/** Reads the parameters of an exchange; says `invalid_request` to what is missing or not supported. */
export function readExchangeRequest(
  { library }: ServerParts,
  parameters: Readonly<Record<string, unknown>>,
): ExchangeRequest {
  const { InvalidRequest } = library.errors;
  const { subject_token: subjectToken, subject_token_type: subjectTokenType } = parameters;
  const { requested_token_type: issuedTokenType = accessToken } = parameters;
  if (typeof subjectToken !== "string" || subjectToken === "") throw new InvalidRequest("subject_token is missing");
  if (!isTokenType(subjectTokenType)) {
    throw new InvalidRequest(`subject_token_type must be ${accessToken} or ${jwt}`);
  }
  if (!isTokenType(issuedTokenType)) {
    throw new InvalidRequest(`requested_token_type must be ${accessToken} or ${jwt}`);
  }
  if (parameters.actor_token !== undefined || parameters.actor_token_type !== undefined) {
    throw new InvalidRequest("actor_token is not supported: the acting party is the client");
  }
  return { subjectToken, issuedTokenType };
}

function isTokenType(value: unknown): value is string {
  return value === accessToken || value === jwt;
}
