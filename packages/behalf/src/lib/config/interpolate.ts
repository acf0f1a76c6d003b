import { existsSync } from "node:fs";
import type { ConfigurationProblem } from "../errors/configuration-error.ts";
import type { Now } from "../values/clock.ts";
import { Reference } from "./reference.ts";
import { isSourcePlace } from "./secret-places.ts";
import type { SecretSource } from "./secret-source.ts";
import { createFileSource, readFileText } from "./sources/file-source.ts";
import { createTextSource } from "./sources/text-source.ts";
import { isTree, mapLeaves, type TreePath } from "./tree.ts";

type Environment = Readonly<Record<string, string | undefined>>;

const placeholder = /\$\{([a-z]+):([^}]*)\}/g;
const wholePlaceholder = /^\$\{(env|file):([^}]*)\}$/;

function readFile(path: string): string | undefined {
  try {
    return readFileText(path);
  } catch {
    return undefined;
  }
}

function readVariable(name: string, environment: Environment): string | undefined {
  return Object.hasOwn(environment, name) ? environment[name] : undefined;
}

function readValue(kind: string, name: string, environment: Environment): string | undefined {
  if (kind === "file") return readFile(name);
  return kind === "env" ? readVariable(name, environment) : undefined;
}

/** Where values are read from that stand elsewhere. */
export interface Surroundings {
  readonly environment: Environment;
  readonly now: Now;
  readonly report: (problem: ConfigurationProblem) => void;
}

function toSource(kind: string, name: string, { environment, now }: Surroundings): SecretSource {
  if (kind === "file") return createFileSource(name, now);
  return createTextSource({ notation: `\${env:${name}}`, readText: () => readVariable(name, environment) });
}

function replaceAll(text: string, path: TreePath, { environment, report }: Surroundings): string {
  return text.replace(placeholder, (notation: string, kind: string, name: string) => {
    const value = readValue(kind, name, environment);
    if (value !== undefined && value !== "") return value;
    report({ path: path.join("."), given: `${notation}, which gives nothing`, fix: fixFor(kind, name) });
    return notation;
  });
}

/**
 * Replaces `${env:X}` and `${file:X}`, also in lists, and reports what cannot be read.
 *
 * Where a secret stands, a whole `${…}` becomes a source, which is read when it is needed.
 */
export function interpolate(leaf: unknown, path: TreePath, surroundings: Surroundings): unknown {
  if (Array.isArray(leaf)) return interpolateList(leaf, path, surroundings);
  const text = leaf instanceof Reference ? leaf.notation : leaf;
  if (typeof text !== "string") return leaf;
  const value = replaceAll(text, path, surroundings);
  const [, kind, name] = isSourcePlace(path) ? (wholePlaceholder.exec(text) ?? []) : [];
  return kind === undefined || name === undefined ? value : toSource(kind, name, surroundings);
}

/** A file that is absent beside another of the list is that of a successor, which will come. */
function isYetToCome(item: unknown): boolean {
  const text = item instanceof Reference ? item.notation : item;
  const [, kind, name] = typeof text === "string" ? (wholePlaceholder.exec(text) ?? []) : [];
  return kind === "file" && name !== undefined && !existsSync(name);
}

function interpolateList(list: readonly unknown[], path: TreePath, surroundings: Surroundings): readonly unknown[] {
  const mayWait = isSourcePlace(path) && !list.every(isYetToCome);
  const visit = (inner: unknown, below: TreePath): unknown => interpolate(inner, below, surroundings);
  return list.map((item, index) => {
    const here = [...path, String(index)];
    if (isTree(item)) return mapLeaves(item, visit, here);
    const report = mayWait && isYetToCome(item) ? () => undefined : surroundings.report;
    return interpolate(item, here, { ...surroundings, report });
  });
}

function fixFor(kind: string, name: string): string {
  if (kind === "env") return `Set the environment variable ${name}.`;
  if (kind === "file") return `Put the value into the file ${name}, readable by this process.`;
  return "Write ${env:NAME} or ${file:PATH}.";
}
