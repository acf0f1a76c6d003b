import { RequestRefusedError } from "../errors/request-refused-error.ts";
import { climbs } from "../values/climbs.ts";
import { type PathPart, parsePathTemplate } from "../values/path-template.ts";

/** Values for the parameters of a path. */
export type PathValues = Readonly<Record<string, string | number | undefined>>;

/** What a server takes for a step up, also where it decodes separators or drops path parameters. */
const dotSegment = /(?:^|[/\\])\.{1,2}(?:;|[/\\]|$)/;

/** What stands in a path as it is. */
const plain = /^[\w.~-]+$/;

/** The question mark of an optional parameter begins no query. */
const beforeQuery = /^(?:[^?#{]|\{[^{}]*\})*/;

const refuse = (name: string, fix: string): never => {
  throw new RequestRefusedError("pathParameter", name, fix);
};

function toText(name: string, value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value === "boolean" || typeof value === "bigint" || Number.isFinite(value)) return String(value);
  return refuse(name, `the path parameter "${name}" is neither text nor a number.`);
}

function encode(name: string, value: unknown): string {
  const text = toText(name, value);
  if (text === "" || dotSegment.test(text) || climbs(`/${text}`)) {
    return refuse(name, `the path parameter "${name}" is empty or a dot segment, and would lead to another path.`);
  }
  if (plain.test(text)) return text;
  try {
    return encodeURIComponent(text);
  } catch {
    return refuse(name, `the path parameter "${name}" is not well-formed Unicode.`);
  }
}

const readValue = (values: PathValues, name: string): string | number | undefined =>
  Object.hasOwn(values, name) ? values[name] : undefined;

function hasParameter(parts: readonly PathPart[], name: string): boolean {
  for (const part of parts) if (typeof part !== "string" && part.name === name) return true;
  return false;
}

function checkNames(parts: readonly PathPart[], values: PathValues): void {
  for (const name of Object.keys(values)) {
    if (!hasParameter(parts, name)) refuse(name, `the path has no parameter "${name}".`);
  }
}

/**
 * Fills a path template. An optional parameter that is left out takes its slash with it.
 *
 * @throws {RequestRefusedError} when a value is missing, unknown, empty, `.` or `..`
 */
export function fillPath(parts: readonly PathPart[], values: PathValues = {}): string {
  checkNames(parts, values);
  let path = "";
  for (const part of parts) {
    if (typeof part === "string") {
      path = path.endsWith("/") && part.startsWith("/") ? path + part.slice(1) : path + part;
      continue;
    }
    const value = readValue(values, part.name);
    if (value !== undefined) path += encode(part.name, value);
    else if (!part.optional) refuse(part.name, `the path parameter "${part.name}" is missing.`);
  }
  const last = parts.at(-1);
  const leftOut = typeof last === "object" && readValue(values, last.name) === undefined;
  return leftOut && path.length > 1 && path.endsWith("/") ? path.slice(0, -1) : path;
}

function readTemplate(template: string): readonly PathPart[] {
  try {
    return parsePathTemplate(template);
  } catch (error) {
    const reason = error instanceof Error ? error.message : "it is no template";
    return refuse("path", `the path has a parameter and cannot be read: ${reason}.`);
  }
}

/**
 * Fills a path that a program writes where it calls: one with braces is a template, any other is taken as it is. What follows a
 * question mark is left alone.
 *
 * @throws {RequestRefusedError} when a value is missing, unknown, empty, `.` or `..`, or the template cannot be read
 */
export function fillGivenPath(path: string, values: PathValues | undefined): string {
  if (typeof path !== "string" || !path.includes("{")) return fillFixed(path, values);
  const [template = ""] = beforeQuery.exec(path) ?? [];
  const rest = path.slice(template.length);
  if (rest.startsWith("{")) return fillPath(readTemplate(path), values);
  return (template.includes("{") ? fillPath(readTemplate(template), values) : fillFixed(template, values)) + rest;
}

function fillFixed(path: string, values: PathValues | undefined): string {
  if (values) checkNames([], values);
  return path;
}
