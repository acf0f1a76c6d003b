import { readFileSync } from "node:fs";
import type { ConfigurationProblem } from "../errors/configuration-error.ts";
import { isActorWord, resemblesActorWord } from "./actor-word.ts";
import { isEnvironmentWord } from "./environment-word.ts";
import { isSecretPlace, toSecretPlace } from "./secret-places.ts";
import { isTree, mapLeaves, type Tree, type TreePath } from "./tree.ts";

type Report = (problem: ConfigurationProblem) => void;

function readTree(file: string | URL, report: Report): Tree {
  const fail = (given: string, fix: string): Tree => {
    report({ path: "configFile", given: `${String(file)}, ${given}`, fix });
    return {};
  };
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    return fail("which cannot be read", 'Give the path of a JSON file in "configFile".');
  }
  try {
    const tree: unknown = JSON.parse(text);
    return isTree(tree) ? tree : fail("which holds no object", "Write the configuration as one JSON object.");
  } catch {
    return fail("which is not JSON", "Correct its syntax; an editor with the JSON Schema shows where.");
  }
}

const placeholder = /^\$\{(env|file):[^}]+\}$/;

/** Where something stands, a proxy without a password, or a word that is no secret. */
const isOpen = (text: string, path: TreePath): boolean =>
  placeholder.test(text) ||
  (path.at(-1) === "actorToken" && (isActorWord(text) || resemblesActorWord(text))) ||
  (path.at(-1) === "proxy" && (isEnvironmentWord(text) || (URL.canParse(text) && !text.includes("@"))));

const fix = 'Write "${env:NAME}" or "${file:PATH}" in its place.';

/** Reads the configuration file. A secret may not stand in it, only where to find one. */
export function readConfigFile(file: string | URL, report: Report): Tree {
  const { $schema: _, ...tree } = readTree(file, report);
  const refused = new Set<string>();

  const check = (leaf: unknown, path: TreePath): unknown => {
    if (Array.isArray(leaf)) return leaf.map((item: unknown, index) => checkItem(item, [...path, String(index)]));
    if (typeof leaf !== "string" || !isSecretPlace(path) || isOpen(leaf, path)) return leaf;
    const place = toSecretPlace(path).join(".");
    if (!refused.has(place)) report({ path: place, given: "a secret in the file", fix });
    refused.add(place);
    return undefined;
  };
  const checkItem = (item: unknown, path: TreePath): unknown =>
    isTree(item) ? mapLeaves(item, check, path) : check(item, path);

  return mapLeaves(tree, check);
}
