import type { ConfigurationProblem } from "../errors/configuration-error.ts";
import { MultiStringValue } from "../values/multi-string-value.ts";
import { redacted } from "../values/redacted.ts";
import { Secret } from "../values/secret.ts";
import type { AuthNode } from "./auth-node.ts";
import { type Invalid, isInvalid, type ResolvedConfiguration, type ResolvedService } from "./resolved.ts";
import { joinPath } from "./tree.ts";

/** An effective value and where it comes from: `code`, `file`, `environment` or `default`, with the path if inherited. */
export interface DescribedValue {
  readonly value: string | number | boolean | readonly string[] | undefined;
  readonly source: string;
}

/** The effective settings of one node. */
export type DescribedNode = Readonly<Record<string, DescribedValue>>;

/** A service as it will be used. */
export interface DescribedService {
  readonly settings: DescribedNode;
  readonly endpoints: Readonly<Record<string, DescribedNode>>;
}

/** The effective configuration. Secrets are redacted. */
export interface ConfigurationDescription {
  readonly settings: DescribedNode;
  readonly services: Readonly<Record<string, DescribedService>>;
  readonly problems: readonly ConfigurationProblem[];
}

const authSettings = [
  "grantType",
  "clientId",
  "clientSecret",
  "clientAuthentication",
  "scope",
  "audience",
  "resource",
  "requestedTokenType",
  "timeoutMs",
] as const;

type Setting = AuthNode[(typeof authSettings)[number]];

const inheritanceChain = (node: AuthNode): readonly AuthNode[] =>
  node.parent ? [node, ...inheritanceChain(node.parent)] : [node];

function showValue(setting: Setting): DescribedValue["value"] {
  if (setting instanceof Secret) return redacted;
  return setting instanceof MultiStringValue ? [...setting] : setting;
}

function findSource(configuration: ResolvedConfiguration, node: AuthNode, key: string): string {
  for (const level of inheritanceChain(node)) {
    const path = joinPath(level.configPath, key);
    const configured = level.getConfiguredValue(key);
    const inherits = key === "grantType" && String(configured).toLowerCase() === "inherited";
    const source = configuration.sources.get(path);
    if (source && configured !== undefined && !inherits) return level === node ? source : `${source}, from ${path}`;
  }
  return "default";
}

function describeNode(configuration: ResolvedConfiguration, node: AuthNode): DescribedNode {
  const described = authSettings.map(
    (key) => [key, { value: showValue(node[key]), source: findSource(configuration, node, key) }] as const,
  );
  return Object.fromEntries(described.filter(([, { value }]) => value !== undefined));
}

function describePlain(
  configuration: ResolvedConfiguration,
  path: string,
  values: Readonly<Record<string, DescribedValue["value"]>>,
): DescribedNode {
  const described = Object.entries(values).map(
    ([key, value]) => [key, { value, source: configuration.sources.get(joinPath(path, key)) ?? "default" }] as const,
  );
  return Object.fromEntries(described.filter(([, { value }]) => value !== undefined));
}

const isUsable = <usable extends object>(candidate: usable | Invalid): candidate is usable => !isInvalid(candidate);

function describeService(configuration: ResolvedConfiguration, service: ResolvedService): DescribedService {
  const path = service.auth.configPath;
  const endpoints = [...service.endpoints.values()].filter(isUsable).map((endpoint) => {
    const template = endpoint.path
      .map((part) => (typeof part === "string" ? part : `{${part.name}${part.optional ? "?" : ""}}`))
      .join("");
    const own = { path: template, methods: endpoint.methods && [...endpoint.methods] };
    return [
      endpoint.name,
      { ...describePlain(configuration, endpoint.auth.configPath, own), ...describeNode(configuration, endpoint.auth) },
    ] as const;
  });
  const own = { host: service.origin, basePath: service.basePath || "/" };
  return {
    settings: { ...describePlain(configuration, path, own), ...describeNode(configuration, service.auth) },
    endpoints: Object.fromEntries(endpoints),
  };
}

/** Tells the effective configuration with the source of each value. */
export function describeConfiguration(configuration: ResolvedConfiguration): ConfigurationDescription {
  const usable = [...configuration.services.values()].filter(isUsable);
  const { inbound } = configuration;
  const own = {
    name: configuration.name,
    authority: configuration.authority.href.replace(/\/$/, ""),
    messageIdHeader: configuration.messageIdHeader,
    serverTiming: configuration.serverTiming,
  };
  const ofInbound = inbound && {
    audience: [...inbound.audience],
    issuer: inbound.issuer,
    authorizationHeader: inbound.authorizationHeader,
    algorithms: inbound.algorithms,
    clockToleranceMs: inbound.clockToleranceMs,
    requiredScopes: [...inbound.requiredScopes],
    jwksCooldownMs: inbound.jwksCooldownMs,
  };
  const inboundSettings = Object.entries(describePlain(configuration, "inbound", ofInbound ?? {}));
  return {
    settings: {
      ...describePlain(configuration, "", own),
      ...describeNode(configuration, configuration.root),
      ...Object.fromEntries(inboundSettings.map(([key, value]) => [`inbound.${key}`, value])),
    },
    services: Object.fromEntries(usable.map((service) => [service.name, describeService(configuration, service)])),
    problems: configuration.problems,
  };
}
