import type { CriteriaCursor } from "./criteria-cursor.ts";

/** What criteria look at. */
export interface CriteriaRequest {
  readonly method: string;
  /** Path and query, as they came. */
  readonly url: string;
  /** Gives a header; `undefined` when it is not there, or not once. The name is in lower case. */
  header(name: string): string | undefined;
}

/** Whether a request meets criteria. */
export type Criteria = (request: CriteriaRequest) => boolean;

type Read = (request: CriteriaRequest) => string | undefined;
type Compare = (found: string | undefined, value: string) => boolean;

const headerName = /\[\s*([\w!#$%&'*+.^`|~-]+)\s*\]/y;
const parameterName = /\[\s*([^\]\s]+)\s*\]/y;
const operator = /(==|!=|~~|!~)/y;
const quoted = /'([^']*)'|"([^"]*)"/y;
// A bare value ends before what may follow it, and begins with nothing that an operator is made of.
const bare = /(?![=!~])((?:(?!&&|\|\|)[^\s()'"])+)/y;

const comparisons: Readonly<Record<string, Compare>> = {
  "==": (found, value) => found === value,
  "!=": (found, value) => found !== value,
  "~~": (found, value) => found?.includes(value) ?? false,
  "!~": (found, value) => !found?.includes(value),
};

function readParameter(url: string, name: string): string | undefined {
  const [target = ""] = url.split("#");
  const start = target.indexOf("?");
  const values = start < 0 ? [] : new URLSearchParams(target.slice(start)).getAll(name);
  return values.length === 1 ? values[0] : undefined;
}

function parseName(cursor: CriteriaCursor, pattern: RegExp, what: string): string {
  const name = cursor.match(pattern);
  if (name === undefined) throw cursor.unexpected(`the name of a ${what} in brackets`);
  return name;
}

function parseOperand(cursor: CriteriaCursor): Read {
  if (cursor.take("url")) return ({ url }) => url;
  if (cursor.take("headers")) {
    const name = parseName(cursor, headerName, "header").toLowerCase();
    return (request) => request.header(name);
  }
  if (cursor.take("query")) {
    const name = parseName(cursor, parameterName, "query parameter");
    return ({ url }) => readParameter(url, name);
  }
  throw cursor.unexpected("headers[…], query[…], url, ! or (");
}

/** Parses what is compared with what. What is not there, or not once, equals nothing and contains nothing. */
export function parseComparison(cursor: CriteriaCursor): Criteria {
  const read = parseOperand(cursor);
  const compare = comparisons[cursor.match(operator) ?? ""];
  if (!compare) throw cursor.unexpected("==, !=, ~~ or !~");
  const value = cursor.match(quoted) ?? cursor.match(bare);
  if (value === undefined)
    throw cursor.unexpected(
      "a value, in quotes where it is empty, holds a space, a quote or a parenthesis, or begins with =, ! or ~",
    );
  return (request) => compare(read(request), value);
}
