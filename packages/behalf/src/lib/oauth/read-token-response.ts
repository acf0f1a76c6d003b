import { type AuthorizationServer, type Client, processGenericTokenEndpointResponse } from "oauth4webapi";
import { ActorToken } from "../values/actor-token.ts";
import { MultiStringValue } from "../values/multi-string-value.ts";
import type { IssuedToken } from "./token-request.ts";
import { unusableAnswer } from "./unusable-answer.ts";

/** What a token response is read against. */
export interface ExpectedResponse {
  readonly server: AuthorizationServer;
  readonly client: Client;
}

function withoutChallenge(response: Response): Response {
  const headers = new Headers(response.headers);
  headers.delete("www-authenticate");
  return new Response(response.body, { status: response.status, headers });
}

function readToken(text: string): ActorToken {
  try {
    return new ActorToken(text);
  } catch {
    throw unusableAnswer("The access token cannot stand in a header.");
  }
}

/**
 * Reads the answer of a token endpoint.
 *
 * A challenge beside an error is passed over, for the body says more. `token_type` must be `Bearer` (RFC 6749 section
 * 7.1): a token that is bound to a key was not asked for.
 */
export async function readTokenResponse(
  response: Response,
  { server, client }: ExpectedResponse,
): Promise<IssuedToken> {
  const answer = await processGenericTokenEndpointResponse(
    server,
    client,
    response.ok ? response : withoutChallenge(response),
  );
  if (answer.token_type !== "bearer") throw unusableAnswer("A bearer token was asked for.");
  const { issued_token_type: issuedTokenType } = answer;
  return {
    token: readToken(answer.access_token),
    expiresInMs: answer.expires_in === undefined ? undefined : answer.expires_in * 1000,
    scope: answer.scope === undefined ? undefined : MultiStringValue.from(answer.scope),
    issuedTokenType: issuedTokenType === undefined ? undefined : String(issuedTokenType),
    tolerated: [],
  };
}
