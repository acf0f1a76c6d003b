import type { z } from "zod";
import type { ConfigurationProblem } from "../errors/configuration-error.ts";
import { Secret } from "../values/secret.ts";
import { listKnownKeys } from "./known-keys.ts";
import { findNearestName } from "./nearest-name.ts";
import { isHiddenPlace } from "./secret-places.ts";
import { showText } from "./show-text.ts";
import { joinPath } from "./tree.ts";

type Issue = z.core.$ZodIssue;

function fixUnknownKey(key: string, known: readonly string[]): string {
  const meant = findNearestName(key, known);
  return meant === undefined ? `Take it out. Known keys: ${known.join(", ")}.` : `Write "${meant}".`;
}

/** Says what stands somewhere, without showing a secret. */
export function describeGiven(path: readonly string[], value: unknown): string {
  if (value === undefined) return "nothing";
  if (value === "") return "an empty text";
  if (value instanceof Secret) return "a secret that is no text";
  if (typeof value === "function") return "a function";
  if (isHiddenPlace(path) && typeof value === "string") return "a text that is not shown";
  if (isHiddenPlace(path) && typeof value === "number") return "a number";
  if (typeof value === "string") return showText(value, path);
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
  /** The keys of the node itself. */
  readonly levelKeys: readonly string[];
}

/** Of the forms that a value could have, what is wrong with the one that it seems to have. */
function unfold(issue: Issue): readonly Issue[] {
  if (issue.code !== "invalid_union") return [issue];
  const inner = issue.errors.map((errors) => errors.flatMap(unfold));
  const [meant] = inner.filter((errors) =>
    errors.some(({ code, path }) => code === "unrecognized_keys" || path.length > 0),
  );
  if (meant) return meant.map((found) => ({ ...found, path: [...issue.path, ...found.path] }));
  const [first] = inner.flat();
  return [issue.message === "Invalid input" && first ? { ...issue, message: first.message } : issue];
}

/** Turns what the schema found into problems that name the path, what was given, and the fix. */
export function toProblems(issues: readonly Issue[], place: IssuePlace): readonly ConfigurationProblem[] {
  return issues.flatMap(unfold).flatMap((issue): readonly ConfigurationProblem[] => {
    const path = issue.path.reduce<string>((parent, name) => joinPath(parent, String(name)), place.path);
    if (issue.code === "unrecognized_keys") {
      const known = listKnownKeys(place.levelKeys, issue.path);
      return issue.keys.map((key) => ({
        path: joinPath(path, key),
        given: "an unknown key",
        fix: fixUnknownKey(key, known),
      }));
    }
    const names = [...place.path.split("."), ...issue.path.map(String)].filter((name) => name !== "");
    return [{ path, given: describeGiven(names, readAt(place.tree, issue.path)), fix: issue.message }];
  });
}
