import { callGroups } from "./known-call-keys.ts";
import { authenticatorKeys, inboundGroups, inboundKeys } from "./known-inbound-keys.ts";
import {
  clientCertificateKeys,
  dpopKeys,
  endpointKeys,
  functionKeys,
  identityProviderKeys,
  rootKeys,
  serviceDefaultsKeys,
  serviceKeys,
  tenantKeys,
  tokenMemoryKeys,
} from "./known-keys.ts";
import { isTree, type Tree } from "./tree.ts";

/** The names that may follow, and what stands below each. */
export interface Level {
  readonly names: readonly string[];
  /** Whether a variable may end here as well: the group is also a value. */
  readonly isValue?: boolean;
  below(name: string): Level | undefined;
}

const leaf = (names: readonly string[]): Level => ({ names, below: () => undefined });

const named = (tree: unknown, below: (value: unknown) => Level): Level => ({
  names: isTree(tree) ? Object.keys(tree) : [],
  below: (name) => below(isTree(tree) ? tree[name] : undefined),
});

const groups: ReadonlyMap<string, Level> = new Map<string, Level>([
  ["clientCertificate", leaf(clientCertificateKeys)],
  ["dpop", { ...leaf(dpopKeys), isValue: true }],
  // The switch is a value too: `false` turns it off. Connections cannot be turned off.
  ...[...callGroups].map(([name, keys]) => [name, { ...leaf(keys), isValue: name !== "connections" }] as const),
  [
    "identityProvider",
    { names: identityProviderKeys, below: (name) => (name === "clientCertificate" ? groups.get(name) : undefined) },
  ],
]);

/** A level with auth settings, of which some are groups. */
const authLevel = (names: readonly string[]): Level => ({ names, below: (name) => groups.get(name) });

/** A text can be no function. */
const omitFunctions = (names: readonly string[]): readonly string[] => names.filter((name) => !functionKeys.has(name));

function serviceLevel(service: unknown): Level {
  const endpoints = isTree(service) ? service.endpoints : undefined;
  return {
    names: omitFunctions(serviceKeys),
    below: (name) => (name === "endpoints" ? named(endpoints, () => authLevel(endpointKeys)) : groups.get(name)),
  };
}

const authenticatorLevel: Level = {
  names: omitFunctions(authenticatorKeys),
  below: (name) => (name === "clientCertificate" ? groups.get(name) : undefined),
};

const switches: ReadonlySet<string> = new Set(["dpop", "backchannelLogout"]);

function inboundLevel(inbound: unknown): Level {
  const authenticators = isTree(inbound) ? inbound.authenticators : undefined;
  return {
    names: omitFunctions(inboundKeys),
    below: (name) => {
      if (name === "authenticators") return named(authenticators, () => authenticatorLevel);
      const keys = inboundGroups.get(name);
      return keys ? { ...leaf(omitFunctions(keys)), isValue: switches.has(name) } : authenticatorLevel.below(name);
    },
  };
}

/** The names of variables for a tree: services, endpoints, tenants and authenticators are those that it has. */
export function createRootLevel(tree: Tree): Level {
  const levels: ReadonlyMap<string, () => Level> = new Map([
    ["inbound", () => inboundLevel(tree.inbound)],
    ["serviceDefaults", () => authLevel(omitFunctions(serviceDefaultsKeys))],
    ["tokenMemory", () => leaf(tokenMemoryKeys)],
    ["services", () => named(tree.services, serviceLevel)],
    ["tenants", () => named(tree.tenants, () => authLevel(tenantKeys))],
  ]);
  return { names: omitFunctions(rootKeys), below: (name) => levels.get(name)?.() ?? groups.get(name) };
}
