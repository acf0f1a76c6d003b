import type { ConfigurationProblem } from "../errors/configuration-error.ts";
import type { AuthNode } from "./auth-node.ts";
import { describeCalls } from "./describe-calls.ts";
import { describeInbound } from "./describe-inbound.ts";
import { type DescribedNode, describeNode, describePlain } from "./describe-node.ts";
import { listWarnings } from "./list-warnings.ts";
import { findPreset } from "./presets.ts";
import { type Invalid, isInvalid, type ResolvedConfiguration, type ResolvedService } from "./resolved.ts";

export type { DescribedNode, DescribedValue } from "./describe-node.ts";

/** A service as it will be used. */
export interface DescribedService {
  readonly settings: DescribedNode;
  readonly endpoints: Readonly<Record<string, DescribedNode>>;
}

/** The effective configuration. Secrets are redacted. */
export interface ConfigurationDescription {
  readonly settings: DescribedNode;
  /** What holds in each tenant that is configured, where services and endpoints do not say otherwise. */
  readonly tenants: Readonly<Record<string, DescribedNode>>;
  readonly services: Readonly<Record<string, DescribedService>>;
  readonly problems: readonly ConfigurationProblem[];
  /** What is allowed, and worth a second look: tokens that are forwarded, foreign hosts, clear text. */
  readonly warnings: readonly ConfigurationProblem[];
}

const isUsable = <usable extends object>(candidate: usable | Invalid): candidate is usable => !isInvalid(candidate);

const describeWhole = (configuration: ResolvedConfiguration, node: AuthNode): DescribedNode => ({
  ...describeNode(configuration, node),
  ...describeCalls(configuration, node),
});

/** Hooks are functions: what can be told is how many there are. */
const countHooks = (hooks: readonly unknown[]): string | undefined =>
  hooks.length > 0 ? `${hooks.length} given` : undefined;

function describeService(configuration: ResolvedConfiguration, service: ResolvedService): DescribedService {
  const path = service.auth.configPath;
  const endpoints = [...service.endpoints.values()].filter(isUsable).map((endpoint) => {
    const template = endpoint.path
      .map((part) => (typeof part === "string" ? part : `{${part.name}${part.optional ? "?" : ""}}`))
      .join("");
    const own = { path: template, methods: endpoint.methods && [...endpoint.methods] };
    return [
      endpoint.name,
      {
        ...describePlain(configuration, endpoint.auth.configPath, own),
        ...describeWhole(configuration, endpoint.auth),
      },
    ] as const;
  });
  const own = {
    host: service.origin,
    basePath: service.basePath || "/",
    onRequest: countHooks(service.onRequest),
    onResponse: countHooks(service.onResponse),
  };
  return {
    settings: { ...describePlain(configuration, path, own), ...describeWhole(configuration, service.auth) },
    endpoints: Object.fromEntries(endpoints),
  };
}

const orNothing = <value>(list: readonly value[]): readonly value[] | undefined => (list.length > 0 ? list : undefined);

function describeRoot(configuration: ResolvedConfiguration): DescribedNode {
  const { messageIdHeader, root } = configuration;
  const preset = root.effective("preset");
  const own = describePlain(configuration, "", {
    name: configuration.name,
    authority: root.authority?.replace(/\/$/, ""),
    messageIdHeader,
    deadlineHeader: configuration.deadlineHeader,
    serverTiming: configuration.serverTiming,
    trustedHosts: orNothing(configuration.trustedHosts),
    tenant: configuration.tenant && "given",
    isSystemCaller: configuration.isSystemCaller && "given",
    configDelegate: configuration.configDelegate && "given",
    encryptionKeys: orNothing(configuration.encryptionKeys.map(({ id }) => id)),
  });
  const isOfPreset =
    findPreset(preset)?.messageIdHeader === messageIdHeader && own.messageIdHeader?.source === "default";
  return isOfPreset ? { ...own, messageIdHeader: { value: messageIdHeader, source: `preset ${preset}` } } : own;
}

/** Tells the effective configuration with the source of each value. */
export function describeConfiguration(configuration: ResolvedConfiguration): ConfigurationDescription {
  const usable = [...configuration.services.values()].filter(isUsable);
  const { root } = configuration;
  const tenants = configuration.tenants.flatMap((name) => {
    const node = root.forTenant(name);
    return node ? [[name, describeWhole(configuration, node)] as const] : [];
  });
  return {
    settings: {
      ...describeRoot(configuration),
      ...describeWhole(configuration, root),
      ...describeInbound(configuration),
    },
    tenants: Object.fromEntries(tenants),
    services: Object.fromEntries(usable.map((service) => [service.name, describeService(configuration, service)])),
    problems: configuration.problems,
    warnings: listWarnings(configuration),
  };
}
