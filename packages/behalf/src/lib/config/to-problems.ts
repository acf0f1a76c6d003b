import type { z } from "zod";
import type { ConfigurationProblem } from "../errors/configuration-error.ts";
import { redacted } from "../values/redacted.ts";
import { Secret } from "../values/secret.ts";
import { findNearestName } from "./nearest-name.ts";
import { joinPath } from "./tree.ts";

type Issue = z.core.$ZodIssue;

function fixUnknownKey(key: string, known: readonly string[]): string {
  const meant = findNearestName(key, known);
  return meant === undefined ? `Take it out. Known keys: ${known.join(", ")}.` : `Write "${meant}".`;
}

/** Says what stands somewhere, without showing a secret. */
export function describeGiven(path: string, value: unknown): string {
  if (value === undefined) return "nothing";
  if (value instanceof Secret || path.endsWith("clientSecret"))
    return `a secret that is ${typeof value === "string" ? "a text" : "no text"}`;
  if (value === "") return "an empty text";
  if (typeof value === "string") return `the text ${JSON.stringify(value.replace(/\/\/.*@/s, `//${redacted}@`))}`;
  if (typeof value === "number" || typeof value === "boolean") return `the ${typeof value} ${value}`;
  if (value === null) return "null";
  return Array.isArray(value) ? `a list of ${value.length}` : "an object";
}

/** What stands at a path; where a text was split into a list, the text. */
function readAt(tree: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, name) => {
    if (typeof value === "string") return value;
    return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
  }, tree);
}

/** Where an issue was found, and what is known there. */
export interface IssuePlace {
  readonly path: string;
  readonly tree: unknown;
  readonly knownKeys: (path: readonly PropertyKey[]) => readonly string[];
}

/** Turns what the schema found into problems that name the path, what was given, and the fix. */
export function toProblems(issues: readonly Issue[], place: IssuePlace): readonly ConfigurationProblem[] {
  return issues.flatMap((issue): readonly ConfigurationProblem[] => {
    const path = issue.path.reduce<string>((parent, name) => joinPath(parent, String(name)), place.path);
    if (issue.code === "unrecognized_keys") {
      const known = place.knownKeys(issue.path);
      return issue.keys.map((key) => ({
        path: joinPath(path, key),
        given: "an unknown key",
        fix: fixUnknownKey(key, known),
      }));
    }
    const nested = issue.code === "invalid_union" ? issue.errors.flat()[0] : undefined;
    const fix = issue.message === "Invalid input" ? (nested?.message ?? issue.message) : issue.message;
    return [{ path, given: describeGiven(path, readAt(place.tree, issue.path)), fix }];
  });
}
