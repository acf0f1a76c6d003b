import { isInvalid, type ResolvedConfiguration } from "../config/resolved.ts";
import { ConfigurationError } from "../errors/configuration-error.ts";

/** The token that an endpoint would ask for. */
export interface TokenPlan {
  readonly url: string;
  readonly grantType: string;
  /** The authorization server that would be asked; `undefined` when the endpoint needs no token. */
  readonly authority: string | undefined;
  readonly clientId: string | undefined;
  readonly audience: readonly string[];
  readonly resource: readonly string[];
  readonly scope: readonly string[];
}

const notConfigured = (path: string): ConfigurationError =>
  new ConfigurationError([{ path, given: "nothing of that name", fix: "Configure it, or correct its name." }]);

/**
 * Tells what token an endpoint would ask for.
 *
 * @throws {ConfigurationError} when the service or the endpoint is not configured, or wrongly
 */
export function explain(configuration: ResolvedConfiguration, serviceName: string, endpointName: string): TokenPlan {
  const service = configuration.services.get(serviceName);
  if (!service) throw notConfigured(`services.${serviceName}`);
  if (isInvalid(service)) throw new ConfigurationError(service.problems);
  const endpoint = service.endpoints.get(endpointName);
  if (!endpoint) throw notConfigured(`services.${serviceName}.endpoints.${endpointName}`);
  if (isInvalid(endpoint)) throw new ConfigurationError(endpoint.problems);
  const { auth, path } = endpoint;
  const template = path.map((part) => (typeof part === "string" ? part : `{${part.name}}`)).join("");
  const asks = auth.grantType !== "none";
  return {
    url: `${service.origin}${service.basePath}${template}`,
    grantType: auth.grantType,
    authority: asks ? configuration.authority.href : undefined,
    clientId: asks ? auth.clientId : undefined,
    audience: [...auth.audience],
    resource: [...auth.resource],
    scope: [...auth.scope],
  };
}
