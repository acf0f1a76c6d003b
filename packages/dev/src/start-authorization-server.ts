import type Provider from "oidc-provider";
import { recordTokenRequests } from "./log/record-token-requests.ts";
import { createTokenRequestLog, type TokenRequestLog } from "./log/token-request-log.ts";
import { listen } from "./server/listen.ts";
import { loadOidcProvider } from "./server/load-oidc-provider.ts";
import { createProviderConfiguration } from "./server/provider-configuration.ts";
import type { ServerParts } from "./server/server-parts.ts";
import { createSigningKeys } from "./server/signing-keys.ts";
import type { Client } from "./settings/client.ts";
import type { AuthorizationServerOptions } from "./settings/options.ts";
import type { Person } from "./settings/person.ts";
import { resolveSettings, type Settings } from "./settings/resolve-settings.ts";
import type { Resource } from "./settings/resource.ts";
import { signPeopleIn } from "./sign-in/sign-in.ts";
import type { ActingParties } from "./tokens/acting-parties.ts";
import { clientCredentialsParameters, createClientCredentials } from "./tokens/client-credentials.ts";
import { repeatableParameters, tokenExchangeGrant, tokenExchangeParameters } from "./tokens/exchange-request.ts";
import { createIssuedTokens } from "./tokens/issued-tokens.ts";
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
  /** Ends every connection and frees the port. */
  close(): Promise<void>;
}

/**
 * Starts an authorization server for development and tests.
 *
 * It has people to sign in, clients, and APIs to issue tokens for; it knows the authorization code flow, client credentials,
 * token exchange, introspection and revocation. Its keys are fresh at each start, and everything it knows ends with it.
 *
 * @throws {TypeError} for an option that cannot be used, naming it
 */
export async function startAuthorizationServer(options: AuthorizationServerOptions = {}): Promise<AuthorizationServer> {
  const settings = resolveSettings(options);
  const listener = await listen(settings.host, settings.port);
  try {
    const log = createTokenRequestLog();
    const parts = await createServerParts(listener.url, settings);
    registerGrants(parts);
    parts.provider.on("server_error", reportFailure);
    parts.provider.use(recordTokenRequests(settings, log));
    parts.provider.use(answerStructuredTokens(parts));
    parts.provider.use(signPeopleIn(parts));
    listener.answerWith(parts.provider.callback());
    const { people, clients, resources } = settings;
    return { issuer: listener.url, people, clients, resources, tokenRequests: log, close: listener.close };
  } catch (error) {
    await listener.close();
    throw error;
  }
}

async function createServerParts(issuer: string, settings: Settings): Promise<ServerParts> {
  const [library, keys] = await Promise.all([loadOidcProvider(), createSigningKeys()]);
  const actingParties: ActingParties = new WeakMap();
  const configuration = createProviderConfiguration({ library, settings, keys, actingParties });
  const provider: Provider = new library.Provider(issuer, configuration);
  const issuedTokens = createIssuedTokens({ issuer, findPublicKey: keys.findPublicKey });
  return { library, provider, settings, issuedTokens, actingParties };
}

function registerGrants(parts: ServerParts): void {
  const { provider } = parts;
  provider.registerGrantType(
    tokenExchangeGrant,
    createTokenExchange(parts),
    tokenExchangeParameters,
    repeatableParameters,
  );
  provider.registerGrantType(
    "client_credentials",
    createClientCredentials(parts),
    clientCredentialsParameters,
    repeatableParameters,
  );
}

/** A failure of the server itself: the client gets no more than `server_error`, the developer all of it. */
function reportFailure(_ctx: unknown, error: Error): void {
  console.error("The authorization server failed:", error);
}
