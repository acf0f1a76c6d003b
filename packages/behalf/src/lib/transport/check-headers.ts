import { RequestRefusedError } from "../errors/request-refused-error.ts";
import { ownedHeaders } from "../values/owned-headers.ts";

/** Headers as a caller may give them. */
export type GivenHeaders = Headers | Readonly<Record<string, string>> | readonly (readonly [string, string])[];

/** What an instance sets besides the headers that are Behalf's anyway: the message id's, for example. In lower case. */
export type ReservedHeaders = readonly string[];

const headerName = /^[!#$%&'*+.^_`|~\w-]+$/;
const headerValue = /^[\t\x20-\x7e\x80-\xff]*$/;

function refuse(subject: string, fix: string): never {
  throw new RequestRefusedError("header", subject, fix);
}

/** Whoever calls from JavaScript may give anything. */
function listEntries(given: unknown): Iterable<unknown> {
  if (typeof given !== "object" || given === null)
    return refuse("headers", "headers are an object or a list of pairs.");
  return Symbol.iterator in given ? (given as Iterable<unknown>) : Object.entries(given);
}

function readPair(entry: unknown): readonly [unknown, unknown] {
  if (!Array.isArray(entry) || entry.length !== 2) return refuse("headers", "a header is a pair of name and value.");
  return [entry[0], entry[1]];
}

function readName(name: unknown, reserved: ReservedHeaders): string {
  const lower = typeof name === "string" ? name.toLowerCase() : "";
  if (ownedHeaders.has(lower) || reserved.includes(lower)) {
    return refuse(lower, `the header "${lower}" is set by Behalf and cannot be given.`);
  }
  return headerName.test(lower) ? lower : refuse("name", "a header's name has characters that no header can carry.");
}

/** A value that is no text is not made one: what is checked must be what is sent. */
function readValue(name: string, value: unknown): string {
  if (typeof value !== "string") return refuse(name, `the value of the header "${name}" is no text.`);
  if (headerValue.test(value)) return value;
  return refuse(name, `the value of the header "${name}" has characters that no header can carry.`);
}

/**
 * Lists a caller's headers, names in lower case, names and values in turn.
 *
 * @throws {RequestRefusedError} for a header that is Behalf's own, and for what no header can carry
 */
export function listHeaders(given: GivenHeaders | undefined, reserved: ReservedHeaders): string[] {
  if (!given) return [];
  const listed: string[] = [];
  for (const entry of listEntries(given)) {
    const [givenName, value] = readPair(entry);
    const name = readName(givenName, reserved);
    listed.push(name, readValue(name, value));
  }
  return listed;
}

/** Whether a list of names and values in turn has a header; the name is in lower case. */
export function hasHeader(headers: readonly string[], name: string): boolean {
  for (let index = 0; index < headers.length; index += 2) if (headers[index] === name) return true;
  return false;
}
