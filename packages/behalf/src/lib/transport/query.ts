import { RequestRefusedError } from "../errors/request-refused-error.ts";

/** Stands in a query without a value: `{ archived: flag }` is `?archived`. `true` is `?archived=true`, and `""` is `?archived=`. */
export const flag: unique symbol = Symbol("behalf.flag");

/** One value of a query. A `Date` is written as ISO 8601 says, in UTC; `undefined` and `null` are left out. */
export type QueryValue = string | number | bigint | boolean | Date | typeof flag | null | undefined;

/** Values for a query: a list is repeated (`tag=a&tag=b`), an empty one is left out. */
export type QueryValues = Readonly<Record<string, QueryValue | readonly QueryValue[]>>;

/** What a query is made of: values, or `URLSearchParams`, whose pairs go as they are, in order, repeated names too. */
export type GivenQuery = QueryValues | URLSearchParams;

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

function listPairs(values: QueryValues): readonly string[] {
  const pairs: string[] = [];
  for (const [name, value] of Object.entries(values)) {
    const items: readonly QueryValue[] = isList(value) ? value : [value];
    for (const item of items) {
      const pair = formatPair(name, item);
      if (pair !== undefined) pairs.push(pair);
    }
  }
  return pairs;
}

const listGivenPairs = (params: URLSearchParams): readonly string[] =>
  Array.from(params, ([name, value]) => `${encode(name, name)}=${encode(name, value)}`);

function toPairs(given: GivenQuery): readonly string[] {
  if (given instanceof URLSearchParams) return listGivenPairs(given);
  if (typeof given === "object" && !(Symbol.iterator in given)) return listPairs(given);
  return refuse("query", "a query is given as an object, or as URLSearchParams.");
}

/**
 * Writes a query with its question mark; empty when there is nothing to say. Whatever is not unreserved is percent-encoded
 * (RFC 3986 section 2.3), a space as `%20`: it means the same to those who read a form and to those who read a URI.
 *
 * @throws {RequestRefusedError} for objects and lists within lists, for numbers and dates that are none, and lone surrogates
 */
export function formatQuery(given: GivenQuery | undefined): string {
  if (!given) return "";
  const pairs = toPairs(given);
  return pairs.length === 0 ? "" : `?${pairs.join("&")}`;
}

/**
 * Puts a query behind a path that may have one already; a fragment is not sent.
 *
 * @throws {RequestRefusedError} for what no query carries
 */
export function addQuery(path: string, given: GivenQuery | undefined): string {
  const query = formatQuery(given);
  if (query === "") return path;
  const [target = path] = path.split("#", 1);
  if (!target.includes("?")) return target + query;
  return `${target}${/[?&]$/.test(target) ? "" : "&"}${query.slice(1)}`;
}

/** Reads what a query has under a name; of several pairs the first one. */
export function readFromQuery(given: GivenQuery, name: string): unknown {
  return given instanceof URLSearchParams ? (given.get(name) ?? undefined) : given[name];
}

/** Gives a query that has these values alone under these names. The given one stays as it is. */
export function replaceInQuery(
  given: GivenQuery | undefined,
  values: Readonly<Record<string, string | number>>,
): GivenQuery {
  if (!(given instanceof URLSearchParams)) return { ...given, ...values };
  const replaced = new URLSearchParams(given);
  for (const [name, value] of Object.entries(values)) replaced.set(name, String(value));
  return replaced;
}
