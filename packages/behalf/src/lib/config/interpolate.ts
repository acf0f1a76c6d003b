import { readFileSync } from "node:fs";
import type { ConfigurationProblem } from "../errors/configuration-error.ts";
import { Reference } from "./reference.ts";

type Environment = Readonly<Record<string, string | undefined>>;

const placeholder = /\$\{([a-z]+):([^}]*)\}/g;

function readFile(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8").replace(/\r?\n$/, "");
  } catch {
    return undefined;
  }
}

function readValue(kind: string, name: string, environment: Environment): string | undefined {
  if (kind === "file") return readFile(name);
  return kind === "env" && Object.hasOwn(environment, name) ? environment[name] : undefined;
}

interface Surroundings {
  readonly environment: Environment;
  readonly report: (problem: ConfigurationProblem) => void;
}

/** Replaces `${env:X}` and `${file:X}`, also in lists, and reports what cannot be read. */
export function interpolate(leaf: unknown, path: string, surroundings: Surroundings): unknown {
  if (Array.isArray(leaf)) return leaf.map((item: unknown) => interpolate(item, path, surroundings));
  const { environment, report } = surroundings;
  const text = leaf instanceof Reference ? leaf.notation : leaf;
  if (typeof text !== "string") return leaf;
  return text.replace(placeholder, (notation: string, kind: string, name: string) => {
    const value = readValue(kind, name, environment);
    if (value !== undefined && value !== "") return value;
    report({ path, given: `${notation}, which gives nothing`, fix: fixFor(kind, name) });
    return notation;
  });
}

function fixFor(kind: string, name: string): string {
  if (kind === "env") return `Set the environment variable ${name}.`;
  if (kind === "file") return `Put the value into the file ${name}, readable by this process.`;
  return "Write ${env:NAME} or ${file:PATH}.";
}
