import type { ConfigurationProblem } from "../errors/configuration-error.ts";
import type { Now } from "../values/clock.ts";
import { interpolate } from "./interpolate.ts";
import { normalize } from "./normalize.ts";
import type { ConfigurationSources } from "./options.ts";
import { readConfigFile } from "./read-config-file.ts";
import { readEnvironment } from "./read-environment.ts";
import { isTree, mapLeaves, overlay, type SourceMap, type Tree } from "./tree.ts";

/** The tree after all layers, with the source of each leaf. */
export interface Layers {
  readonly tree: Tree;
  readonly sources: SourceMap;
  readonly problems: readonly ConfigurationProblem[];
}

const omitUndefined = (tree: Tree): Tree =>
  Object.fromEntries(
    Object.entries(tree).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, isTree(value) ? omitUndefined(value) : value] as const],
    ),
  );

function listPaths(tree: Tree): readonly string[] {
  const paths: string[] = [];
  mapLeaves(tree, (_, path) => paths.push(path.join(".")));
  return paths;
}

/** Where the layers come from, with the clock by which files are watched. */
export interface LayerSources extends ConfigurationSources {
  readonly now?: Now | undefined;
}

/** Lays code, file and environment over each other, and replaces what stands elsewhere. */
export function readLayers(
  code: Tree,
  { configFile, environment = process.env, now = Date.now }: LayerSources,
): Layers {
  const problems: ConfigurationProblem[] = [];
  const report = (problem: ConfigurationProblem): number => problems.push(problem);
  const variables = environment === false ? {} : environment;
  const fromCode = normalize(code);
  const fromFile = configFile === undefined ? {} : normalize(omitUndefined(readConfigFile(configFile, report)));
  const below = overlay(fromCode, fromFile);
  const fromEnvironment = readEnvironment(variables, below, report);
  const sources = new Map<string, string>([
    ...listPaths(fromCode).map((path) => [path, "code"] as const),
    ...listPaths(fromFile).map((path) => [path, "file"] as const),
    ...listPaths(fromEnvironment).map((path) => [path, "environment"] as const),
  ]);
  const merged = overlay(below, fromEnvironment);
  const tree = mapLeaves(merged, (leaf, path) => interpolate(leaf, path, { environment: variables, now, report }));
  return { tree, sources, problems };
}
