import type { AuthNode } from "./auth-node.ts";
import { type DescribedNode, type DescribedValue, listLevels } from "./describe-node.ts";
import { callGroups } from "./known-call-keys.ts";
import type { ResolvedConfiguration } from "./resolved.ts";
import { joinPath } from "./tree.ts";

type CallGroup = "retry" | "breaker" | "bulkhead" | "hedge" | "connections";

const isGroup = (name: string): name is CallGroup => callGroups.has(name);

function showValue(value: unknown): DescribedValue["value"] {
  if (value instanceof Set) return [...value].map(String);
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? value : undefined;
}

/** The group, or one of its settings, as the nearest level has it that says anything of the group. */
function findSource({ sources }: ResolvedConfiguration, node: AuthNode, [group, ...key]: readonly string[]): string {
  const level = listLevels(node).find((candidate) => candidate.says(group ?? ""));
  if (!level) return "default";
  const path = [group ?? "", ...key].reduce<string>(joinPath, level.configPath);
  const own = sources.get(path);
  if (own === undefined) return "default";
  return level === node ? own : `${own}, from ${path}`;
}

function describeGroup(configuration: ResolvedConfiguration, node: AuthNode, group: CallGroup): DescribedNode {
  const settings = node.calls[group];
  if (!settings) {
    const off = node.effective(group) === false && group !== "connections";
    return off ? { [group]: { value: false, source: findSource(configuration, node, [group]) } } : {};
  }
  const described = (callGroups.get(group) ?? []).flatMap((key) => {
    const value = showValue(Reflect.get(settings, key));
    const source = findSource(configuration, node, [group, key]);
    return value === undefined ? [] : [[`${group}.${key}`, { value, source }] as const];
  });
  return Object.fromEntries(described);
}

/** Tells how calls are made, by group and name: those groups that somebody set. */
export function describeCalls(configuration: ResolvedConfiguration, node: AuthNode): DescribedNode {
  const groups = [...callGroups.keys()].filter(isGroup).map((group) => describeGroup(configuration, node, group));
  return Object.assign({}, ...groups);
}
