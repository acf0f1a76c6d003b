import type { ConfigurationProblem } from "../errors/configuration-error.ts";
import type { AuthNode } from "./auth-node.ts";
import type { ActorTokenSetting } from "./auth-settings.ts";
import { type CheckSurroundings, checkServers, checkTokenEndpoint, findLevel } from "./check-node.ts";
import { findNamedAudience, toOrigin } from "./own-auth.ts";
import type { SecretSource } from "./secret-source.ts";
import { joinPath } from "./tree.ts";

type Problems = readonly ConfigurationProblem[];

/** A node, and what stands for it in a tenant. */
interface Pair {
  readonly node: AuthNode;
  readonly variant: AuthNode;
}

/** A setting that one server alone may see. */
interface Shown {
  readonly key: string;
  readonly fix: string;
  pick(node: AuthNode): unknown;
}

// A function is told the tenant, and can answer for it.
const unlessAsked = (given: ActorTokenSetting | undefined): SecretSource | undefined =>
  typeof given === "object" && /^(given|\$\{)/.test(given.notation) ? given : undefined;

const ofTenant = 'Say it at the root or in the tenant, or give the "authority" that it is for beside it.';

/** What proves the client: each tenant can say its own, and inherits none from a root at another host. */
const proofs: readonly Shown[] = [
  { key: "clientSecret", fix: ofTenant, pick: (node) => node.effective("clientSecret") },
  { key: "clientAssertion", fix: ofTenant, pick: (node) => node.effective("clientAssertion") },
  {
    key: "assertionAudience",
    fix: ofTenant,
    pick: (node) => findNamedAudience(node.effective("assertionAudience")),
  },
];

const ofFunction =
  'Give it by fromProvider, which is told the tenant, or give the "authority" that it is for beside it.';

/** What stands for somebody else: no tenant can say its own. */
const tokens: readonly Shown[] = [
  { key: "refreshToken", fix: ofFunction, pick: (node) => unlessAsked(node.effective("refreshToken")) },
  { key: "actorToken", fix: ofFunction, pick: (node) => unlessAsked(node.effective("actorToken")) },
];

/** A level below the root that names no authority says what it says for the root's: it is not for a tenant's own. */
function findStray({ node, variant }: Pair, shown: readonly Shown[]): Problems {
  return shown.flatMap(({ key, fix, pick }) => {
    const level = findLevel(node, key);
    const value = pick(variant);
    if (!level?.parent || value === undefined || value !== pick(level)) return [];
    const home = toOrigin(level.effective("authority"));
    const asked = toOrigin(variant.effective("authority"));
    if (home === asked) return [];
    return [{ path: joinPath(level.configPath, key), given: `what is for ${home}, and would go to ${asked}`, fix }];
  });
}

/** The first server of an identity assertion follows the tenant's authority, where it names none of its own. */
function toPairs(pair: Pair): readonly Pair[] {
  const { node, variant } = pair;
  const said = variant.effective("identityProvider") !== undefined;
  if (!said || !node.identityProvider || !variant.identityProvider) return [pair];
  return [pair, { node: node.identityProvider, variant: variant.identityProvider }];
}

/** What is wrong with a node below the root in one tenant: what it says, or inherits, has to fit the tenant's authority. */
export function checkInTenant(node: AuthNode, variant: AuthNode, surroundings: CheckSurroundings): Problems {
  return [
    ...checkServers(variant, surroundings),
    ...toPairs({ node, variant }).flatMap((pair) => [
      ...checkTokenEndpoint(pair.variant, surroundings, pair.node.configPath),
      ...findStray(pair, [...proofs, ...tokens]),
    ]),
  ];
}

/** Collects what is wrong with a node in each tenant, and says which. */
export function inEveryTenant(
  node: AuthNode,
  tenants: readonly string[],
  check: (variant: AuthNode) => Problems,
): Problems {
  return tenants.flatMap((tenant) =>
    check(node.variantFor(tenant)).map((problem) => ({
      ...problem,
      given: `${problem.given} (for the tenant ${tenant})`,
    })),
  );
}
