import { RequestRefusedError } from "../errors/request-refused-error.ts";

/** Stands in a query without a value: `{ archived: flag }` is `?archived`. `true` is `?archived=true`, and `""` is `?archived=`. */
export const flag: unique symbol = Symbol("behalf.flag");

/** One value of a query. A `Date` is written as ISO 8601 says, in UTC; `undefined` and `null` are left out. */
export type QueryValue = string | number | bigint | boolean | Date | typeof flag | null | undefined;

/** Values for a query: a list is repeated (`tag=a&tag=b`), an empty one is left out. */
export type QueryValues = Readonly<Record<string, QueryValue | readonly QueryValue[]>>;

/** What stands in a query as it is. */
const plain = /^[\w.~-]*$/;

function refuse(name: string, reason: string): never {
  throw new RequestRefusedError("query", name, reason);
}

function encode(name: string, text: string): string {
  if (plain.test(text)) return text;
  try {
    return encodeURIComponent(text);
  } catch {
    // The name itself may be what cannot be written.
    return refuse(plain.test(name) ? name : "name", "the query has text that is not well-formed Unicode.");
  }
}

function formatDate(name: string, date: Date): string {
  if (Number.isNaN(date.getTime())) return refuse(name, `the date in the query's "${name}" is none.`);
  return date.toISOString();
}

function toText(name: string, value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value === "boolean" || typeof value === "bigint" || Number.isFinite(value)) return String(value);
  if (value instanceof Date) return formatDate(name, value);
  const kinds = "text, a number, a boolean, a date, a flag, or a list of these";
  return refuse(name, `the query's "${name}" is not ${kinds}: write it as text, the way the backend reads it.`);
}

function formatPair(name: string, value: QueryValue): string | undefined {
  if (value === undefined || value === null) return undefined;
  const key = encode(name, name);
  return value === flag ? key : `${key}=${encode(name, toText(name, value))}`;
}

const isList = (value: QueryValues[string]): value is readonly QueryValue[] => Array.isArray(value);

/**
 * Writes a query with its question mark; empty when there is nothing to say. Whatever is not unreserved is percent-encoded
 * (RFC 3986 section 2.3), a space as `%20`: it means the same to those who read a form and to those who read a URI.
 *
 * @throws {RequestRefusedError} for objects and lists within lists, for numbers and dates that are none, and lone surrogates
 */
export function formatQuery(values: QueryValues | undefined): string {
  if (!values) return "";
  if (typeof values !== "object" || Symbol.iterator in values) refuse("query", "a query is given as an object.");
  const pairs: string[] = [];
  for (const [name, value] of Object.entries(values)) {
    const items: readonly QueryValue[] = isList(value) ? value : [value];
    for (const item of items) {
      const pair = formatPair(name, item);
      if (pair !== undefined) pairs.push(pair);
    }
  }
  return pairs.length === 0 ? "" : `?${pairs.join("&")}`;
}

/**
 * Puts a query behind a path that may have one already; a fragment is not sent.
 *
 * @throws {RequestRefusedError} for what no query carries
 */
export function addQuery(path: string, values: QueryValues | undefined): string {
  const query = formatQuery(values);
  if (query === "") return path;
  const [target = path] = path.split("#", 1);
  if (!target.includes("?")) return target + query;
  return `${target}${/[?&]$/.test(target) ? "" : "&"}${query.slice(1)}`;
}
