import { defaultAuthSettings } from "../config/default-auth-settings.ts";
import type { ClientAuthenticationMethod } from "../config/options.ts";
import type { AuthContext, ServiceAuthConfig } from "../config/service-auth-config.ts";
import type { TargetQuestion } from "./to-token-target.ts";

/** What a token request says besides its secrets and parties, as the auth configuration answers it. */
export interface AuthAnswers extends TargetQuestion {
  readonly credentials: { readonly clientId: string; readonly authentication: ClientAuthenticationMethod };
  readonly forceAuthorization: boolean;
  readonly identityProvider: AuthAnswers | undefined;
}

/**
 * Asks an auth configuration for what a token request says.
 *
 * @throws {ConfigurationError} when it has no client id
 */
export async function readAuthAnswers(authContext: AuthContext, signal: AbortSignal | undefined): Promise<AuthAnswers> {
  const config: ServiceAuthConfig = authContext.authConfig;
  const { grantType } = authContext;
  const { settings = defaultAuthSettings, clientAuthentication: authentication = "client_secret_basic" } = config;
  const clientId = (await config.getClientId(authContext, { signal })).unwrap();
  const scope = (await config.getScope(authContext, { signal })).unwrap();
  const first = grantType === "identityAssertion" ? settings.identityProvider : undefined;
  return {
    credentials: { clientId, authentication },
    audience: config.audience,
    resource: config.resource,
    scope,
    requestedTokenType: config.requestedTokenType,
    settings,
    forceAuthorization: config.forceAuthorization ?? false,
    service: config.configPath === "" ? "(root)" : config.configPath,
    identityProvider: first && (await readAuthAnswers({ grantType: "tokenExchange", authConfig: first }, signal)),
  };
}
