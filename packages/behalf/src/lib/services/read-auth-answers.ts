import type { AuthContext, ServiceAuthConfig } from "../config/service-auth-config.ts";
import type { MultiStringValue } from "../values/multi-string-value.ts";
import type { Credentials } from "./token-services.ts";

/** What a token request says, as the auth configuration answers it. */
export interface AuthAnswers {
  readonly credentials: Credentials;
  readonly audience: MultiStringValue | undefined;
  readonly resource: MultiStringValue | undefined;
  readonly scope: MultiStringValue;
  readonly forceAuthorization: boolean;
  readonly service: string;
  readonly signal: AbortSignal | undefined;
}

/**
 * Asks an auth configuration for all that a token request says.
 *
 * @throws {ConfigurationError} when it has no client id or no secret
 */
export async function readAuthAnswers(authContext: AuthContext, signal: AbortSignal | undefined): Promise<AuthAnswers> {
  const config: ServiceAuthConfig = authContext.authConfig;
  const clientId = (await config.getClientId(authContext, { signal })).unwrap();
  const clientSecret = (await config.getClientSecret(authContext, { signal })).unwrap();
  const scope = (await config.getScope(authContext, { signal })).unwrap();
  return {
    credentials: { clientId, clientSecret, authentication: config.clientAuthentication },
    audience: config.audience,
    resource: config.resource,
    scope,
    forceAuthorization: config.forceAuthorization ?? false,
    service: config.configPath,
    signal,
  };
}
