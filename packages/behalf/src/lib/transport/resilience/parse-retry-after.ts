import type { Now } from "../../values/clock.ts";

const seconds = /^\d+$/;
/** The three forms of a date: that of today, and the two of old. */
const dates = [
  /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/,
  /^(Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, \d{2}-[A-Z][a-z]{2}-\d{2} \d{2}:\d{2}:\d{2} GMT$/,
  /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun) [A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} \d{4}$/,
];

/** `Date.parse` alone would take "-5" for a day in May, and the last form for local time. */
function parseDate(text: string): number | undefined {
  if (!dates.some((form) => form.test(text))) return undefined;
  const at = Date.parse(text.endsWith("GMT") ? text : `${text} GMT`);
  return Number.isNaN(at) ? undefined : at;
}

/** The headers that tell when to come back. */
export interface RetryAfterHeaders {
  readonly "retry-after"?: unknown;
  readonly date?: unknown;
}

/**
 * Reads after how long a server wants to be asked again, in milliseconds; `undefined` where it says nothing, or nothing that
 * can be read. A date is compared with the server's own clock, where it tells the time.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9110.html#section-10.2.3}
 */
export function parseRetryAfter(headers: RetryAfterHeaders, wallNow: Now): number | undefined {
  const { "retry-after": given, date } = headers;
  if (typeof given !== "string") return undefined;
  const text = given.trim();
  if (seconds.test(text)) return Number(text) * 1000;
  const until = parseDate(text);
  if (until === undefined) return undefined;
  const present = typeof date === "string" ? parseDate(date.trim()) : undefined;
  return Math.max(0, until - (present ?? wallNow()));
}
