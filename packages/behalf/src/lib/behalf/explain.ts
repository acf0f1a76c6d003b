import type { AuthNode } from "../config/auth-node.ts";
import type { GrantType } from "../config/grant-type.ts";
import {
  isInvalid,
  type ResolvedConfiguration,
  type ResolvedEndpoint,
  type ResolvedService,
} from "../config/resolved.ts";
import { ConfigurationError } from "../errors/configuration-error.ts";

/** The token that an endpoint would ask for. Nothing of it is secret. */
export interface TokenPlan {
  readonly url: string;
  readonly grantType: string;
  /** What `automatic` comes to for a person, a system, and on a route without a caller; absent for other grants. */
  readonly automatic?: { readonly person: string; readonly system: string; readonly anonymous: string };
  /** The authorization server that would be asked; `undefined` when the endpoint needs none. */
  readonly authority: string | undefined;
  /** Where tokens would be asked for; `undefined` when the metadata says it. */
  readonly tokenEndpoint: string | undefined;
  /** The first server of an identity assertion. */
  readonly identityProvider: string | undefined;
  readonly tenant: string | undefined;
  readonly clientId: string | undefined;
  readonly clientAuthentication: string | undefined;
  readonly audience: readonly string[];
  readonly resource: readonly string[];
  readonly scope: readonly string[];
  readonly requestedTokenType: string | undefined;
  /** The names of the parameters beside those of the protocol. */
  readonly parameters: readonly string[];
  /** What the token would be bound to. */
  readonly boundTo: "nothing" | "dpop" | "certificate";
  /** The origins that the caller's own token may go to; empty unless the grant is `forward`. */
  readonly forwardTo: readonly string[];
}

/** What else a plan depends on. */
export interface ExplainOptions {
  /** @default none */
  readonly tenant?: string;
}

/** What of a target the request of a grant says; the others say it by their scope, or nothing. */
const namesTarget = new Set<GrantType>([
  "tokenExchange",
  "jwtBearer",
  "identityAssertion",
  "clientCredentials",
  "refreshToken",
  "automatic",
]);
const namesType = new Set<GrantType>(["tokenExchange", "automatic"]);

const listIf = (said: boolean, values: Iterable<string>): readonly string[] => (said ? [...new Set(values)] : []);

const notConfigured = (path: string): ConfigurationError =>
  new ConfigurationError([{ path, given: "nothing of that name", fix: "Configure it, or correct its name." }]);

function findEndpoint(
  configuration: ResolvedConfiguration,
  serviceName: string,
  endpointName: string,
): { readonly service: ResolvedService; readonly endpoint: ResolvedEndpoint } {
  const service = configuration.services.get(serviceName);
  if (!service) throw notConfigured(`services.${serviceName}`);
  if (isInvalid(service)) throw new ConfigurationError(service.problems);
  const endpoint = service.endpoints.get(endpointName);
  if (!endpoint) throw notConfigured(`services.${serviceName}.endpoints.${endpointName}`);
  if (isInvalid(endpoint)) throw new ConfigurationError(endpoint.problems);
  return { service, endpoint };
}

function forTenant(node: AuthNode, tenant: string | undefined): AuthNode {
  if (tenant === undefined) return node;
  const ofTenant = node.forTenant(tenant);
  if (!ofTenant) throw notConfigured(`tenants.${tenant}`);
  return ofTenant;
}

/** As it was written: a URL would add a slash, and turn the braces of a template into something else. */
const homeOf = ({ root, authority }: ResolvedConfiguration): string => root.authority ?? authority.href;

const toAutomatic = ({ settings }: AuthNode): NonNullable<TokenPlan["automatic"]> => ({
  person: settings.delegatedGrant,
  system: "clientCredentials",
  anonymous: settings.anonymousAs === "service" ? "clientCredentials" : "refused",
});

function toBoundTo({ settings }: AuthNode): TokenPlan["boundTo"] {
  if (settings.dpop) return "dpop";
  return settings.certificateBoundTokens && settings.clientCertificate ? "certificate" : "nothing";
}

/**
 * Tells what token an endpoint would ask for, of whom, and by what right. Nothing is asked of any server.
 *
 * @throws {ConfigurationError} when the service, the endpoint or the tenant is not configured, or wrongly
 */
export function explain(
  configuration: ResolvedConfiguration,
  { service: serviceName, endpoint: endpointName }: { readonly service: string; readonly endpoint: string },
  { tenant }: ExplainOptions = {},
): TokenPlan {
  const { service, endpoint } = findEndpoint(configuration, serviceName, endpointName);
  const auth = forTenant(endpoint.auth, tenant);
  const { grantType, settings } = auth;
  const template = endpoint.path.map((part) => (typeof part === "string" ? part : `{${part.name}}`)).join("");
  const asks = grantType !== "none" && grantType !== "forward";
  const { identityProvider: first } = settings;
  const firstAuthority = first && (first.settings?.authority ?? homeOf(configuration));
  return {
    url: `${service.origin}${service.basePath}${template}`,
    grantType,
    ...(grantType === "automatic" ? { automatic: toAutomatic(auth) } : {}),
    authority: asks ? (settings.authority ?? homeOf(configuration)) : undefined,
    tokenEndpoint: asks ? settings.tokenEndpoint : undefined,
    identityProvider: grantType === "identityAssertion" ? firstAuthority : undefined,
    tenant: settings.tenant,
    clientId: asks ? auth.clientId : undefined,
    clientAuthentication: asks ? auth.clientAuthentication : undefined,
    audience: listIf(namesTarget.has(grantType), auth.audience),
    resource: listIf(namesTarget.has(grantType), auth.resource),
    scope: listIf(asks, auth.scope),
    requestedTokenType: namesType.has(grantType) ? auth.requestedTokenType : undefined,
    parameters: listIf(
      asks,
      settings.parameters.map(([name]) => name),
    ),
    boundTo: asks ? toBoundTo(auth) : "nothing",
    forwardTo: grantType === "forward" ? settings.forwardTo : [],
  };
}
