import type { ConfigurationProblem } from "../errors/configuration-error.ts";
import type { AuthNode } from "./auth-node.ts";
import { toEffectiveGrant } from "./effective-grant.ts";
import { findPreset } from "./presets.ts";
import { joinPath } from "./tree.ts";

type Warnings = readonly ConfigurationProblem[];

/** What names the service that a token is for, by grant: without it, the token may be for anything or nothing. */
const targets = {
  onBehalfOf: { keys: ["scope"], fix: 'Name the service by "scope", such as "api://inventory/.default".' },
  tokenExchange: {
    keys: ["audience", "resource", "scope"],
    fix: 'Name the service by "audience" (or "resource" or "scope"), so that the token is for it alone.',
  },
} as const;

function findTarget(node: AuthNode): (typeof targets)[keyof typeof targets] | undefined {
  const grant = toEffectiveGrant(node);
  if (grant !== "onBehalfOf" && grant !== "tokenExchange") return undefined;
  const isNamed = targets[grant].keys.some((key) => node[key].size > 0) || node.settings.parameters.length > 0;
  return isNamed || findPreset(node.effective("preset"))?.namesNoTarget ? undefined : targets[grant];
}

function warnOfTarget(node: AuthNode): Warnings {
  const target = findTarget(node);
  const [key] = target?.keys ?? [];
  if (!target || !key) return [];
  const given = `nothing, for the grant type "${toEffectiveGrant(node)}"`;
  return [{ path: joinPath(node.configPath, key), given, fix: target.fix }];
}

/** A service that names no target is told once; where all of its endpoints name theirs, it is not told. */
export function warnOfTargets(service: AuthNode, endpoints: readonly AuthNode[]): Warnings {
  const ofService = warnOfTarget(service);
  const ofEndpoints = endpoints.flatMap(warnOfTarget);
  if (ofService.length === 0) return ofEndpoints;
  return endpoints.length > 0 && ofEndpoints.length === 0 ? [] : ofService;
}

const sentInExchange = ["actorToken", "subjectTokenType", "requestedTokenType"] as const;

const sendsThem = (node: AuthNode): boolean => toEffectiveGrant(node) === "tokenExchange";

/** What a level says for an exchange, where neither it nor a level below exchanges. */
export function warnOfUnsent(node: AuthNode, below: readonly AuthNode[]): Warnings {
  if ([node, ...below].some(sendsThem)) return [];
  return sentInExchange
    .filter((key) => node.says(key))
    .map((key) => ({
      path: joinPath(node.configPath, key),
      given: `what the grant type "${toEffectiveGrant(node)}" never sends`,
      fix: 'Take it out, or use "tokenExchange".',
    }));
}
