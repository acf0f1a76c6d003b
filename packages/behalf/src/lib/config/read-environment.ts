import type { ConfigurationProblem } from "../errors/configuration-error.ts";
import { authKeys, endpointKeys, inboundKeys, rootKeys, serviceKeys, tokenMemoryKeys } from "./known-keys.ts";
import { findNearestName } from "./nearest-name.ts";
import { isTree, overlay, type Tree } from "./tree.ts";

type Report = (problem: ConfigurationProblem) => void;

/** The names that may follow, and what stands below each. */
interface Level {
  readonly names: readonly string[];
  below(name: string): Level | undefined;
}

const leaf = (names: readonly string[]): Level => ({ names, below: () => undefined });

const named = (tree: unknown, below: (value: unknown) => Level): Level => ({
  names: isTree(tree) ? Object.keys(tree) : [],
  below: (name) => below(isTree(tree) ? tree[name] : undefined),
});

function serviceLevel(service: unknown): Level {
  const endpoints = isTree(service) ? service.endpoints : undefined;
  return {
    names: serviceKeys,
    below: (name) => (name === "endpoints" ? named(endpoints, () => leaf(endpointKeys)) : undefined),
  };
}

function rootLevel(tree: Tree): Level {
  const levels: Readonly<Record<string, () => Level>> = {
    inbound: () => leaf(inboundKeys),
    serviceDefaults: () => leaf(authKeys),
    tokenMemory: () => leaf(tokenMemoryKeys),
    services: () => named(tree.services, serviceLevel),
  };
  return { names: rootKeys, below: (name) => levels[name]?.() };
}

const plain = (name: string): string => name.replace(/[^A-Za-z0-9]/g, "").toLowerCase();

function coerce(value: string): unknown {
  if (/^(true|false)$/i.test(value)) return value.toLowerCase() === "true";
  return /^\d{1,15}$/.test(value) ? Number(value) : value;
}

const coerced = new Set([
  "timeoutMs",
  "clockToleranceMs",
  "jwksCooldownMs",
  "maxEntries",
  "maxBytes",
  "serverTiming",
  "strict",
]);

function fixUnknownSegment(segment: string, known: readonly string[]): string {
  const meant = findNearestName(segment, known);
  const hint =
    meant === undefined
      ? `Known: ${known.join(", ") || "nothing"}.`
      : `Write ${meant.toUpperCase().replace(/[^A-Z0-9]/g, "_")}.`;
  return `"${segment}" fits nothing there. ${hint}`;
}

function readPath(segments: readonly string[], root: Level): readonly string[] | string {
  const path: string[] = [];
  let level: Level | undefined = root;
  for (const segment of segments) {
    const found: readonly string[] = level?.names.filter((name) => plain(name) === plain(segment)) ?? [];
    if (found.length > 1) return `"${segment}" fits ${found.join(" and ")}; rename one of them.`;
    const [name] = found;
    if (name === undefined) return fixUnknownSegment(segment, level?.names ?? []);
    path.push(name);
    level = level?.below(name);
  }
  return level === undefined ? path : `It names a group; go on with __ and one of ${level.names.join(", ")}.`;
}

/** Reads the variables `BEHALF__…`; their names match those of the tree ignoring case and punctuation. */
export function readEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
  tree: Tree,
  report: Report,
): Tree {
  let layer: Tree = {};
  for (const [variable, value] of Object.entries(environment)) {
    if (!variable.toUpperCase().startsWith("BEHALF__") || value === undefined) continue;
    const path = readPath(variable.split("__").slice(1), rootLevel(tree));
    if (typeof path === "string") report({ path: variable, given: "a variable with that name", fix: path });
    else layer = overlay(layer, toTree(path, coerced.has(path.at(-1) ?? "") ? coerce(value) : value));
  }
  return layer;
}

const toTree = (path: readonly string[], value: unknown): Tree =>
  path.reduceRight<unknown>((below, name) => ({ [name]: below }), value) as Tree;
