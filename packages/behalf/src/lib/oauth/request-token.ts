import {
  type AuthorizationServer,
  allowInsecureRequests,
  customFetch,
  genericTokenEndpointRequest,
} from "oauth4webapi";
import { createClientAuthentication } from "./client-authentication.ts";
import { toClientCredentialsForm } from "./client-credentials.ts";
import type { ServerMetadata } from "./discover.ts";
import { readTokenResponse } from "./read-token-response.ts";
import { retryOnce } from "./retry-once.ts";
import type { ServerConnection } from "./server-connection.ts";
import { checkExchangedToken, toTokenExchangeForm } from "./token-exchange.ts";
import type { IssuedToken, RequestableGrant, TokenRequest } from "./token-request.ts";
import { translateError } from "./translate-error.ts";

/** How one grant speaks: what it sends, and what it checks in the answer. */
export interface GrantDialect {
  readonly grantType: string;
  toForm(request: TokenRequest): URLSearchParams;
  check(issued: IssuedToken, request: TokenRequest): IssuedToken;
}

const dialects: Readonly<Record<RequestableGrant, GrantDialect>> = {
  clientCredentials: { grantType: "client_credentials", toForm: toClientCredentialsForm, check: (issued) => issued },
  tokenExchange: {
    grantType: "urn:ietf:params:oauth:grant-type:token-exchange",
    toForm: toTokenExchangeForm,
    check: checkExchangedToken,
  },
};

/** The server that is asked, and until when. */
export interface RequestSurroundings {
  readonly connection: ServerConnection;
  readonly metadata: ServerMetadata;
  readonly signal: AbortSignal;
}

/**
 * Asks the authorization server for a token, by whichever grant the request names.
 *
 * @throws {TokenRefusedError} when it says no
 * @throws {TokenUnreachableError} when it gives no usable answer
 * @see {@link https://www.rfc-editor.org/rfc/rfc6749.html#section-3.2}
 */
export async function requestToken(
  request: TokenRequest,
  { connection, metadata, signal }: RequestSurroundings,
): Promise<IssuedToken> {
  const { credentials, service } = request;
  const dialect = dialects[request.grantType];
  const server: AuthorizationServer = { issuer: metadata.issuer, token_endpoint: metadata.tokenEndpoint.href };
  const client = { client_id: credentials.clientId };
  try {
    const response = await genericTokenEndpointRequest(
      server,
      client,
      createClientAuthentication(credentials),
      dialect.grantType,
      dialect.toForm(request),
      { [customFetch]: retryOnce(connection.fetch), [allowInsecureRequests]: true, signal },
    );
    return dialect.check(await readTokenResponse(response, { server, client }), request);
  } catch (error) {
    throw translateError(error, {
      url: metadata.tokenEndpoint.href,
      client: credentials.clientId,
      service,
      grant: request.grantType,
    });
  }
}
