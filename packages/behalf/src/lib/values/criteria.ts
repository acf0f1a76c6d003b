import { type Criteria, type CriteriaRequest, parseComparison } from "./criteria-comparison.ts";
import { type CriteriaCursor, createCriteriaCursor } from "./criteria-cursor.ts";

export type { Criteria, CriteriaRequest };

const longestText = 2_000;
const deepest = 32;

function parseUnary(cursor: CriteriaCursor, depth: number): Criteria {
  if (depth > deepest) throw cursor.unexpected(`no more than ${deepest} levels of ! and (`);
  if (cursor.take("!")) {
    const inner = parseUnary(cursor, depth + 1);
    return (request) => !inner(request);
  }
  if (!cursor.take("(")) return parseComparison(cursor);
  const inner = parseEither(cursor, depth + 1);
  if (!cursor.take(")")) throw cursor.unexpected("&&, || or )");
  return inner;
}

function parseBoth(cursor: CriteriaCursor, depth: number): Criteria {
  const terms = [parseUnary(cursor, depth)];
  while (cursor.take("&&")) terms.push(parseUnary(cursor, depth));
  return (request) => terms.every((term) => term(request));
}

function parseEither(cursor: CriteriaCursor, depth: number): Criteria {
  const terms = [parseBoth(cursor, depth)];
  while (cursor.take("||")) terms.push(parseBoth(cursor, depth));
  return (request) => terms.some((term) => term(request));
}

/**
 * Parses criteria that a request meets or not, such as `!(headers[X-Real] == yes && url ~~ /health) || query[mute] != ''`.
 *
 * `==` equals, `~~` contains, `!=` and `!~` are their opposites, also for a header or a query parameter that is not there, or
 * not once. `!` binds closest, then `&&`, then `||`. A value with spaces, quotes or parentheses stands in quotes of the other
 * kind. Only the names of headers ignore their case.
 *
 * @throws {TypeError} with the position, and what was expected there; over 2,000 characters or 32 levels
 */
export function parseCriteria(text: string): Criteria {
  if (text.length > longestText) throw new TypeError(`The criteria are longer than ${longestText} characters.`);
  const cursor = createCriteriaCursor(text);
  const criteria = parseEither(cursor, 0);
  if (!cursor.ended) throw cursor.unexpected("&&, || or the end");
  return criteria;
}
