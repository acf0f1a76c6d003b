import { ConfigurationError, type ConfigurationProblem } from "../errors/configuration-error.ts";
import { isProtected, protectionFix } from "../values/is-protected.ts";
import { MultiStringValue } from "../values/multi-string-value.ts";
import { AuthNode, givenNowhere } from "./auth-node.ts";
import { type CheckSurroundings, checkOwn } from "./check-node.ts";
import { checkInTenant, inEveryTenant } from "./check-tenants.ts";
import type { CheckedAuth, CheckedRoot } from "./checked.ts";
import { rootKeys } from "./known-keys.ts";
import { omitRepeats } from "./omit-repeats.ts";
import { allowInsecureRequests, type CallHookOptions, type ConfigurationOptions } from "./options.ts";
import { readOwnAuth } from "./own-auth.ts";
import { findPreset } from "./presets.ts";
import { type LayerSources, type Layers, readLayers } from "./read-layers.ts";
import { resolveEncryptionKeys } from "./resolve-encryption-keys.ts";
import { resolveInbound } from "./resolve-inbound.ts";
import { resolveService, type ServiceSurroundings } from "./resolve-service.ts";
import { type Invalid, isInvalid, type ResolvedConfiguration } from "./resolved.ts";
import { deadlineFix, defaultMessageIdHeader, rootSchema } from "./schema/root.ts";
import { toProblems } from "./to-problems.ts";
import { isTree, type Tree } from "./tree.ts";

const findMessageIdHeader = ({ messageIdHeader, preset }: Partial<CheckedRoot>): string =>
  (messageIdHeader ?? findPreset(preset)?.messageIdHeader ?? defaultMessageIdHeader).toLowerCase();

/** The headers of the root, in lower case. */
const findHeaders = (
  root: Partial<CheckedRoot>,
): Pick<ResolvedConfiguration, "messageIdHeader" | "deadlineHeader"> => ({
  messageIdHeader: findMessageIdHeader(root),
  deadlineHeader: root.deadlineHeader?.toLowerCase(),
});

/** Two things in one header would be one too many. */
function checkHeaders(root: CheckedRoot): readonly ConfigurationProblem[] {
  const { messageIdHeader, deadlineHeader } = findHeaders(root);
  if (deadlineHeader !== messageIdHeader) return [];
  return [{ path: "deadlineHeader", given: "the header that carries the message id", fix: deadlineFix }];
}

function checkRoot(tree: Tree): { readonly root?: CheckedRoot; readonly problems: readonly ConfigurationProblem[] } {
  const checked = rootSchema.safeParse(tree);
  if (checked.success) return { root: checked.data, problems: checkHeaders(checked.data) };
  return { problems: toProblems(checked.error.issues, { path: "", tree, levelKeys: rootKeys }) };
}

type RootSettings = Pick<
  ResolvedConfiguration,
  | "name"
  | "authority"
  | "tenant"
  | "isSystemCaller"
  | "configDelegate"
  | "messageIdHeader"
  | "deadlineHeader"
  | "serverTiming"
  | "maxEntries"
  | "maxBytes"
>;

function resolveRoot(root: CheckedRoot, node: AuthNode): RootSettings {
  return {
    name: root.name ?? node.clientId ?? "behalf",
    authority: new URL(root.authority),
    tenant: root.tenant,
    isSystemCaller: root.isSystemCaller,
    configDelegate: root.configDelegate,
    ...findHeaders(root),
    serverTiming: root.serverTiming ?? false,
    maxEntries: root.tokenMemory?.maxEntries ?? 10_000,
    maxBytes: root.tokenMemory?.maxBytes ?? 64 * 1024 * 1024,
  };
}

type Services = ResolvedConfiguration["services"];

function resolveServices({ tree, problems }: Layers, surroundings: ServiceSurroundings): Services {
  const named = Object.entries(isTree(tree.services) ? tree.services : {});
  const resolved = named.map(([name, given]) => {
    const [first, ...others] = problems.filter(({ path }) => path.startsWith(`services.${name}.`));
    const unread: Invalid | undefined = first && { name, configPath: `services.${name}`, problems: [first, ...others] };
    return [name, unread ?? resolveService(name, given, surroundings)] as const;
  });
  return new Map(resolved);
}

const problemsOf = (candidate: object): readonly ConfigurationProblem[] =>
  isInvalid(candidate) ? candidate.problems : [];

function listProblems(services: Services): readonly ConfigurationProblem[] {
  return [...services.values()].flatMap((service) =>
    isInvalid(service) ? service.problems : [...service.endpoints.values()].flatMap(problemsOf),
  );
}

function refuse(problems: readonly ConfigurationProblem[]): never {
  const [first, ...others] = omitRepeats(problems);
  if (first) throw new ConfigurationError([first, ...others]);
  throw new TypeError("A configuration was refused without a problem.");
}

/** The nodes above the services. */
interface UpperNodes {
  readonly root: AuthNode;
  readonly defaults: AuthNode;
  readonly tenants: readonly AuthNode[];
  /** Who is told of the calls to every service. */
  readonly hooks: CallHookOptions;
}

/** What the root says of tokens; of the rest, plain values only. */
function pickAuth({
  inbound,
  serviceDefaults,
  services,
  trustedHosts,
  tenants,
  tenant,
  isSystemCaller,
  configDelegate,
  encryptionKeys,
  tokenMemory,
  ...auth
}: Partial<CheckedRoot>): CheckedAuth {
  return auth;
}

function createUpperNodes(root: Partial<CheckedRoot>): UpperNodes {
  const listed = Object.entries(root.tenants ?? {}).map(([name, tenant]) => [name, readOwnAuth(tenant)] as const);
  const { onRequest, onResponse, ...defaults } = root.serviceDefaults ?? {};
  const node = new AuthNode("", readOwnAuth(pickAuth(root)), { tenants: new Map(listed) });
  return {
    root: node,
    defaults: new AuthNode("serviceDefaults", readOwnAuth(defaults), node),
    tenants: listed.flatMap(([name]) => node.forTenant(name) ?? []),
    hooks: root.serviceDefaults ?? {},
  };
}

function checkUpperNodes(
  nodes: UpperNodes,
  tenants: readonly string[],
  surroundings: CheckSurroundings,
): readonly ConfigurationProblem[] {
  const { root, defaults } = nodes;
  return [
    ...[root, defaults, ...nodes.tenants].flatMap((node) => checkOwn(node, surroundings)),
    ...inEveryTenant(defaults, tenants, (variant) => checkInTenant(defaults, variant, surroundings)),
  ];
}

/** Where the root could not be read, its authority is still worth a word. */
function checkUnread(tree: Tree, insecureRequestsAllowed: boolean): readonly ConfigurationProblem[] {
  const { authority } = tree;
  if (typeof authority !== "string" || !URL.canParse(authority)) return [];
  if (isProtected(new URL(authority), insecureRequestsAllowed)) return [];
  return [{ path: "authority", given: "an unprotected URL", fix: protectionFix }];
}

/**
 * Reads all sources, checks everything, and applies inheritance.
 *
 * @throws {ConfigurationError} with every problem, when one concerns the root, or any under `strict`
 */
export function resolveConfiguration(options: ConfigurationOptions<object>, from: LayerSources): ResolvedConfiguration {
  const insecureRequestsAllowed = options[allowInsecureRequests] === true;
  const layers = readLayers({ ...options }, from);
  const { root, problems: found } = checkRoot(layers.tree);
  const nodes = createUpperNodes(root ?? {});
  const trustedHosts = [...MultiStringValue.from([root?.trustedHosts ?? []].flat().join(" "))].map((host) =>
    host.toLowerCase(),
  );
  const surroundings = {
    insecureRequestsAllowed,
    trustedHosts,
    credentialsDelegated: typeof root?.configDelegate?.getClientCredentials === "function",
  };
  const { keys, problems: keyProblems } = resolveEncryptionKeys(root?.encryptionKeys ?? []);
  const tenants = Object.keys(root?.tenants ?? {});
  const { inbound, problems: inboundProblems } = resolveInbound(layers.tree, {
    ...surroundings,
    root: nodes.root,
    tenants,
    ...findHeaders(root ?? {}),
  });
  const rootProblems = omitRepeats([
    ...layers.problems.filter(({ path }) => !path.startsWith("services.")),
    ...found,
    ...(root ? [] : checkUnread(layers.tree, insecureRequestsAllowed)),
    ...checkUpperNodes(nodes, tenants, surroundings),
    ...inboundProblems,
    ...keyProblems,
  ]);
  const services = resolveServices(layers, { ...surroundings, defaults: nodes.defaults, hooks: nodes.hooks, tenants });
  const serviceProblems = listProblems(services);
  // Where the root cannot be read, nobody knows what it would have given to the services.
  if (root === undefined) refuse([...rootProblems, ...serviceProblems].filter(({ given }) => given !== givenNowhere));
  if (rootProblems.length > 0 || (root.strict && serviceProblems.length > 0)) {
    refuse([...rootProblems, ...serviceProblems]);
  }
  return Object.freeze<ResolvedConfiguration>({
    ...resolveRoot(root, nodes.root),
    insecureRequestsAllowed,
    root: nodes.root,
    defaults: nodes.defaults,
    inbound,
    services,
    trustedHosts: Object.freeze(trustedHosts),
    tenants: Object.freeze(tenants),
    encryptionKeys: keys,
    problems: serviceProblems,
    sources: layers.sources,
  });
}
