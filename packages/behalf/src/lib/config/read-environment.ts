import type { ConfigurationProblem } from "../errors/configuration-error.ts";
import { coerceVariable } from "./coerce-variable.ts";
import { createRootLevel, type Level } from "./environment-levels.ts";
import { findNearestName, toPlainName } from "./nearest-name.ts";
import { overlay, type Tree } from "./tree.ts";

type Report = (problem: ConfigurationProblem) => void;

/** `clientSecret` as it is written in a variable: `CLIENT_SECRET`. */
const toVariableName = (name: string): string =>
  name
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replace(/[^A-Za-z0-9]/g, "_")
    .toUpperCase();

function fixUnknownSegment(segment: string, known: readonly string[]): string {
  const plain = findNearestName(toPlainName(segment), known.map(toPlainName));
  const meant = known.find((name) => toPlainName(name) === plain);
  const hint = meant === undefined ? `Known: ${known.join(", ") || "nothing"}.` : `Write ${toVariableName(meant)}.`;
  return `"${segment}" fits nothing there. ${hint}`;
}

function readPath(segments: readonly string[], root: Level): readonly string[] | string {
  const path: string[] = [];
  let level: Level | undefined = root;
  for (const segment of segments) {
    const found: readonly string[] = level?.names.filter((name) => toPlainName(name) === toPlainName(segment)) ?? [];
    if (found.length > 1) return `"${segment}" fits ${found.join(" and ")}; rename one of them.`;
    const [name] = found;
    if (name === undefined) return fixUnknownSegment(segment, level?.names ?? []);
    path.push(name);
    level = level?.below(name);
  }
  return level === undefined || level.isValue
    ? path
    : `It names a group; go on with __ and one of ${level.names.join(", ")}.`;
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
    const path = readPath(variable.split("__").slice(1), createRootLevel(tree));
    if (typeof path === "string") report({ path: variable, given: "a variable with that name", fix: path });
    else layer = overlay(layer, toTree(path, coerceVariable(path.at(-1) ?? "", value)));
  }
  return layer;
}

const toTree = (path: readonly string[], value: unknown): Tree =>
  path.reduceRight<unknown>((below, name) => ({ [name]: below }), value) as Tree;
