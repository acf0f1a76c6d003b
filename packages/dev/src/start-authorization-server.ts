import type { IssueAccessTokenOptions, IssueRefreshTokenOptions } from "./issue/issue-options.ts";
import { createTokenIssuer } from "./issue/token-issuer.ts";
import { recordTokenRequests } from "./log/record-token-requests.ts";
import { createTokenRequestLog, type TokenRequestLog } from "./log/token-request-log.ts";
import { createProvider } from "./server/create-provider.ts";
import { type Listener, listen } from "./server/listen.ts";
import { loadOidcProvider } from "./server/load-oidc-provider.ts";
import { createProviderConfiguration, toGrantLifetimeSeconds } from "./server/provider-configuration.ts";
import type { ServerParts } from "./server/server-parts.ts";
import { createSigningKeys } from "./server/signing-keys.ts";
import type { Client } from "./settings/client.ts";
import type { AuthorizationServerOptions } from "./settings/options.ts";
import type { Person } from "./settings/person.ts";
import { resolveSettings, type Settings } from "./settings/resolve-settings.ts";
import type { Resource } from "./settings/resource.ts";
import { signPeopleIn } from "./sign-in/sign-in.ts";
import { createAddedClaims } from "./tokens/added-claims.ts";
import { jwtBearerGrant, jwtBearerParameters } from "./tokens/assertion-request.ts";
import { clientCredentialsParameters, createClientCredentials } from "./tokens/client-credentials.ts";
import { repeatableParameters, tokenExchangeGrant, tokenExchangeParameters } from "./tokens/exchange-request.ts";
import { createIssuedTokens } from "./tokens/issued-tokens.ts";
import { createJwtBearer } from "./tokens/jwt-bearer.ts";
import { createOpaqueTokens } from "./tokens/opaque-tokens.ts";
import { answerStructuredTokens } from "./tokens/structured-tokens.ts";
import { createTokenExchange } from "./tokens/token-exchange.ts";

/** An authorization server that is running. */
export interface AuthorizationServer {
  /** The issuer, which is also the URL that it listens on. */
  readonly issuer: string;
  readonly people: readonly Person[];
  /** The clients, with their secrets. */
  readonly clients: readonly Client[];
  readonly resources: readonly Resource[];
  /** What the token endpoint has seen. */
  readonly tokenRequests: TokenRequestLog;
  /**
   * Issues an access token about a person, as if she had signed in to the client.
   *
   * @throws {TypeError} for a client, a person, a target or a scope that the server would refuse
   */
  issueAccessToken(options: IssueAccessTokenOptions): Promise<string>;
  /**
   * Issues a refresh token about a person, as if she had signed in to the client for good.
   *
   * @throws {TypeError} for a client, a person, a target or a scope that the server would refuse
   */
  issueRefreshToken(options: IssueRefreshTokenOptions): Promise<string>;
  /** Ends every connection and frees the port. */
  close(): Promise<void>;
}

/**
 * Starts an authorization server for development and tests.
 *
 * It has people to sign in, clients, and APIs to issue tokens for; it knows the authorization code flow, refresh tokens, client
 * credentials, token exchange, on-behalf-of, JWT assertions, introspection and revocation, all of them with DPoP, and with
 * client certificates when it is given `tls`. Its keys are fresh at each start, and everything it knows ends with it.
 *
 * @throws {TypeError} for an option that cannot be used, naming it
 */
export async function startAuthorizationServer(options: AuthorizationServerOptions = {}): Promise<AuthorizationServer> {
  const settings = resolveSettings(options);
  const listener = await listen(settings);
  try {
    const log = createTokenRequestLog();
    const parts = await createServerParts(listener, settings);
    registerGrants(parts);
    parts.provider.on("server_error", reportFailure);
    parts.provider.use(recordTokenRequests(settings, log));
    parts.provider.use(answerStructuredTokens(parts));
    parts.provider.use(signPeopleIn(parts));
    listener.answerWith(parts.provider.callback());
    const { people, clients, resources } = settings;
    return {
      issuer: listener.url,
      people,
      clients,
      resources,
      tokenRequests: log,
      ...createTokenIssuer(parts),
      close: listener.close,
    };
  } catch (error) {
    await listener.close();
    throw error;
  }
}

async function createServerParts({ url: issuer, aliasUrl }: Listener, settings: Settings): Promise<ServerParts> {
  const [library, keys] = await Promise.all([loadOidcProvider(), createSigningKeys()]);
  const addedClaims = createAddedClaims(toGrantLifetimeSeconds(settings) * 1000);
  const configuration = createProviderConfiguration({ library, settings, keys, addedClaims, aliasUrl });
  const { provider, libraryGrant } = createProvider(library, issuer, configuration);
  const issuedTokens = createIssuedTokens({
    issuer,
    findPublicKey: keys.findPublicKey,
    findOpaqueToken: createOpaqueTokens(provider),
  });
  return { library, provider, libraryGrant, settings, issuedTokens, addedClaims };
}

function registerGrants(parts: ServerParts): void {
  const grants = [
    ["client_credentials", createClientCredentials(parts), clientCredentialsParameters],
    [tokenExchangeGrant, createTokenExchange(parts), tokenExchangeParameters],
    [jwtBearerGrant, createJwtBearer(parts), jwtBearerParameters],
  ] as const;
  for (const [name, answer, parameters] of grants) {
    parts.provider.registerGrantType(name, answer, parameters, repeatableParameters);
  }
}

/** A failure of the server itself: the client gets no more than `server_error`, the developer all of it. */
function reportFailure(_ctx: unknown, error: Error): void {
  console.error("The authorization server failed:", error);
}
