import { ConfigurationError, type ConfigurationProblem } from "../errors/configuration-error.ts";
import { isProtected, protectionFix } from "../values/is-protected.ts";
import { MultiStringValue } from "../values/multi-string-value.ts";
import { AuthNode, givenNowhere } from "./auth-node.ts";
import type { CheckedInbound, CheckedRoot } from "./checked.ts";
import { authKeys, inboundKeys, rootKeys, tokenMemoryKeys } from "./known-keys.ts";
import { allowInsecureRequests, type ConfigurationOptions, type ConfigurationSources } from "./options.ts";
import { type Layers, readLayers } from "./read-layers.ts";
import { resolveService, type ServiceSurroundings } from "./resolve-service.ts";
import { type Invalid, isInvalid, type ResolvedConfiguration, type ResolvedInbound } from "./resolved.ts";
import { defaultMessageIdHeader, rootSchema } from "./schema.ts";
import { toProblems } from "./to-problems.ts";
import { isTree, type Tree } from "./tree.ts";

const asymmetricAlgorithms: readonly string[] = ["RS256", "PS256", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"];

const keysBelowRoot: Readonly<Record<string, readonly string[]>> = {
  inbound: inboundKeys,
  serviceDefaults: authKeys,
  tokenMemory: tokenMemoryKeys,
};

function checkRoot(tree: Tree): { readonly root?: CheckedRoot; readonly problems: readonly ConfigurationProblem[] } {
  const checked = rootSchema.safeParse(tree);
  if (checked.success) return { root: checked.data, problems: [] };
  const knownKeys = ([group]: readonly PropertyKey[]): readonly string[] => keysBelowRoot[String(group)] ?? rootKeys;
  return { problems: toProblems(checked.error.issues, { path: "", tree, knownKeys }) };
}

function resolveInbound(checked: CheckedInbound): ResolvedInbound {
  return Object.freeze({
    audience: MultiStringValue.from(checked.audience),
    issuer: checked.issuer,
    authorizationHeader: (checked.authorizationHeader ?? "authorization").toLowerCase(),
    algorithms: Object.freeze([...(checked.algorithms ?? asymmetricAlgorithms)]),
    clockToleranceMs: checked.clockToleranceMs ?? 5_000,
    requiredScopes: MultiStringValue.from(checked.requiredScopes),
    jwksCooldownMs: checked.jwksCooldownMs ?? 30_000,
  });
}

type RootSettings = Pick<
  ResolvedConfiguration,
  "name" | "authority" | "inbound" | "messageIdHeader" | "serverTiming" | "maxEntries" | "maxBytes"
>;

function resolveRoot(root: CheckedRoot, node: AuthNode): RootSettings {
  return {
    name: root.name ?? node.clientId ?? "behalf",
    authority: new URL(root.authority),
    inbound: root.inbound && resolveInbound(root.inbound),
    messageIdHeader: (root.messageIdHeader ?? defaultMessageIdHeader).toLowerCase(),
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
  const [first, ...others] = problems;
  if (first) throw new ConfigurationError([first, ...others]);
  throw new TypeError("A configuration was refused without a problem.");
}

function findUnprotectedAuthority(authority: unknown, insecure: boolean): readonly ConfigurationProblem[] {
  if (typeof authority !== "string" || !URL.canParse(authority) || isProtected(new URL(authority), insecure)) return [];
  return [{ path: "authority", given: "an unprotected URL", fix: protectionFix }];
}

/**
 * Reads all sources, checks everything, and applies inheritance.
 *
 * @throws {ConfigurationError} with every problem, when one concerns the root, or any under `strict`
 */
export function resolveConfiguration(
  options: ConfigurationOptions<object>,
  from: ConfigurationSources,
): ResolvedConfiguration {
  const insecureRequestsAllowed = options[allowInsecureRequests] === true;
  const layers = readLayers({ ...options }, from);
  const { root, problems: found } = checkRoot(layers.tree);
  const unread = layers.problems.filter(({ path }) => !path.startsWith("services."));
  const rootProblems = [
    ...unread,
    ...found.filter(({ path }) => unread.every((problem) => problem.path !== path)),
    ...findUnprotectedAuthority(layers.tree.authority, insecureRequestsAllowed),
  ];
  const rootNode = new AuthNode("", root ?? {});
  const defaults = new AuthNode("serviceDefaults", root?.serviceDefaults ?? {}, rootNode);
  const services = resolveServices(layers, { defaults, insecureRequestsAllowed });
  const serviceProblems = listProblems(services);
  // Where the root cannot be read, nobody knows what it would have given to the services.
  if (root === undefined) refuse([...rootProblems, ...serviceProblems.filter(({ given }) => given !== givenNowhere)]);
  if (rootProblems.length > 0 || (root.strict && serviceProblems.length > 0)) {
    refuse([...rootProblems, ...serviceProblems]);
  }
  return Object.freeze({
    ...resolveRoot(root, rootNode),
    insecureRequestsAllowed,
    root: rootNode,
    defaults,
    services,
    problems: serviceProblems,
    sources: layers.sources,
  });
}
