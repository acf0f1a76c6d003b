import { readFileSync } from "node:fs";
import type { ConfigurationProblem } from "../errors/configuration-error.ts";
import { isTree, mapLeaves, type Tree } from "./tree.ts";

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

const secretPath = /(^|\.)clientSecret$/;
const placeholder = /^\$\{(env|file):[^}]+\}$/;

/** Reads the configuration file. A secret may not stand in it, only where to find one. */
export function readConfigFile(file: string | URL, report: Report): Tree {
  const { $schema: _, ...tree } = readTree(file, report);
  return mapLeaves(tree, (leaf, path) => {
    if (!secretPath.test(path) || typeof leaf !== "string" || placeholder.test(leaf)) return leaf;
    report({ path, given: "a secret in the file", fix: 'Write "${env:NAME}" or "${file:PATH}" in its place.' });
    return undefined;
  });
}
