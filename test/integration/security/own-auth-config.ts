import { MultiStringValue, Outcome, Secret, type ServiceAuthConfig } from "behalf";
import { the } from "../../support/the.ts";

/** An auth configuration that a program wrote itself, with the client of the tests. */
export function createOwnAuthConfig(changes: Partial<ServiceAuthConfig> = {}): ServiceAuthConfig {
  return {
    grantType: "clientCredentials",
    configPath: "own",
    parent: undefined,
    getClientId: () => Outcome.success<string>(the.clientId),
    getClientSecret: () => Outcome.success(new Secret(the.clientSecret)),
    getScope: () => Outcome.success(MultiStringValue.empty),
    getConfiguredValue: () => undefined,
    ...changes,
  };
}
