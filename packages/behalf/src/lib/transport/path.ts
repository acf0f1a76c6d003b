import { RequestRefusedError } from "../errors/request-refused-error.ts";
import type { PathPart } from "../values/path-template.ts";

/** Values for the parameters of a path. */
export type PathValues = Readonly<Record<string, string | number | undefined>>;

/** Values for a query: a list is repeated, `undefined` is left out. */
export type QueryValues = Readonly<Record<string, QueryValue | readonly QueryValue[]>>;

type QueryValue = string | number | boolean | undefined;

/** What a server takes for a step up, also where it decodes separators or drops path parameters. */
const dotSegment = /(?:^|[/\\])\.{1,2}(?:;|[/\\]|$)/;

/** What stands in a path as it is. */
const plain = /^[\w.~-]+$/;

const refuse = (name: string, fix: string): never => {
  throw new RequestRefusedError("pathParameter", name, fix);
};

function encode(name: string, value: string | number): string {
  const text = String(value);
  if (text === "" || dotSegment.test(text)) {
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

/** Writes a query with its question mark; empty when there is nothing to say. */
export function formatQuery(values: QueryValues | undefined): string {
  if (!values) return "";
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    const items: readonly QueryValue[] = Array.isArray(value) ? value : [value];
    for (const item of items) if (item !== undefined) query.append(name, String(item));
  }
  const text = query.toString();
  return text === "" ? "" : `?${text}`;
}
