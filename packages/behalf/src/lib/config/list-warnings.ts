import type { ConfigurationProblem } from "../errors/configuration-error.ts";
import { isProtected } from "../values/is-protected.ts";
import type { AuthNode } from "./auth-node.ts";
import { listInboundNodes } from "./list-inbound-nodes.ts";
import { readResource } from "./public-url.ts";
import { isInvalid, type ResolvedConfiguration, type ResolvedService } from "./resolved.ts";
import { fillTenant } from "./tenant-name.ts";
import { joinPath } from "./tree.ts";
import { warnOfCalls } from "./warn-of-calls.ts";
import { warnOfTargets, warnOfUnsent } from "./warn-of-exchange.ts";
import { warnOfInbound } from "./warn-of-inbound.ts";

type Warnings = readonly ConfigurationProblem[];

const listServices = ({ services }: ResolvedConfiguration): readonly ResolvedService[] =>
  [...services.values()].filter((service): service is ResolvedService => !isInvalid(service));

const listEndpointNodes = ({ endpoints }: ResolvedService): readonly AuthNode[] =>
  [...endpoints.values()].flatMap((endpoint) => (isInvalid(endpoint) ? [] : [endpoint.auth]));

function listNodes(configuration: ResolvedConfiguration): readonly AuthNode[] {
  const { root, defaults, tenants } = configuration;
  const ofTenants = tenants.flatMap((name) => root.forTenant(name) ?? []);
  const ofServices = listServices(configuration).flatMap((service) => [service.auth, ...listEndpointNodes(service)]);
  return [root, defaults, ...ofTenants, ...listInboundNodes(configuration.inbound), ...ofServices].flatMap((node) =>
    node.identityProvider && node.says("identityProvider") ? [node, node.identityProvider] : [node],
  );
}

function warnOfForward(service: ResolvedService): Warnings {
  const { auth, origin } = service;
  const own = listEndpointNodes(service).filter(({ grantType }) => grantType !== auth.grantType);
  return [auth, ...own]
    .filter(({ grantType }) => grantType === "forward")
    .map(({ configPath }) => ({
      path: joinPath(configPath, "grantType"),
      given: `forward: callers' own tokens go to ${origin}`,
      fix: "That service can use them wherever they are accepted. Exchange them, unless it is your own gateway.",
    }));
}

const toUrl = (text: string | undefined): URL | undefined => {
  const filled = fillTenant(text ?? "", "tenant");
  return URL.canParse(filled) ? new URL(filled) : undefined;
};

function warnOfForeignHost(node: AuthNode): Warnings {
  const endpoint = node.says("tokenEndpoint") ? toUrl(node.settings.tokenEndpoint) : undefined;
  const authority = toUrl(node.authority);
  if (!endpoint || !authority || endpoint.host === authority.host) return [];
  const path = joinPath(node.configPath, "tokenEndpoint");
  const fix = `This API's credentials go there, and not to ${authority.host}: keep the host in "trustedHosts" only if it is meant.`;
  return [{ path, given: `the host ${endpoint.host}`, fix }];
}

function warnOfClearText(path: string, url: URL | undefined): Warnings {
  if (!url || isProtected(url, false)) return [];
  const fix = 'Tokens and secrets travel in clear text: use https, and take "[allowInsecureRequests]" out.';
  return [{ path, given: `the unprotected URL ${url.origin}`, fix }];
}

function listPublicUrls({ inbound }: ResolvedConfiguration): readonly (readonly [path: string, url: string])[] {
  if (!inbound) return [];
  const resource = readResource(inbound);
  return [
    ...(resource === undefined ? [] : [["inbound.resource", resource] as const]),
    ...inbound.publicUrls.map((url) => ["inbound.publicUrls", url] as const),
  ];
}

function warnOfInsecureRequests(configuration: ResolvedConfiguration): Warnings {
  if (!configuration.insecureRequestsAllowed) return [];
  const ofNodes = listNodes(configuration).flatMap((node) => [
    ...(node.says("authority") ? warnOfClearText(joinPath(node.configPath, "authority"), toUrl(node.authority)) : []),
    ...(node.says("tokenEndpoint")
      ? warnOfClearText(joinPath(node.configPath, "tokenEndpoint"), toUrl(node.settings.tokenEndpoint))
      : []),
  ]);
  const ofServices = listServices(configuration).flatMap(({ auth, origin }) =>
    warnOfClearText(joinPath(auth.configPath, "host"), new URL(origin)),
  );
  const ofInbound = listPublicUrls(configuration).flatMap(([path, url]) => warnOfClearText(path, new URL(url)));
  const found = [...ofNodes, ...ofInbound, ...ofServices];
  const unused = { path: "[allowInsecureRequests]", given: "true", fix: "Take it out: no URL needs it." };
  return found.length > 0 ? found : [unused];
}

/** Services that ask for tokens in vain, or for too much. */
function warnOfExchange(configuration: ResolvedConfiguration): Warnings {
  const scopeDelegated = typeof configuration.configDelegate?.getScope === "function";
  return listServices(configuration).flatMap((service) => {
    const endpoints = listEndpointNodes(service);
    return [
      ...(scopeDelegated ? [] : warnOfTargets(service.auth, endpoints)),
      ...warnOfUnsent(service.auth, endpoints),
      ...endpoints.flatMap((endpoint) => warnOfUnsent(endpoint, [])),
    ];
  });
}

/** Lists what is allowed, and worth a second look. */
export function listWarnings(configuration: ResolvedConfiguration): Warnings {
  return [
    ...listServices(configuration).flatMap(warnOfForward),
    ...listServices(configuration).flatMap((service) =>
      warnOfCalls(service.auth, service.origin, listEndpointNodes(service)),
    ),
    ...warnOfInbound(configuration.inbound),
    ...warnOfExchange(configuration),
    ...listNodes(configuration).flatMap(warnOfForeignHost),
    ...warnOfInsecureRequests(configuration),
  ];
}
