import { RequestRefusedError } from "../errors/request-refused-error.ts";
import { ownedHeaders } from "../values/owned-headers.ts";

/** Headers as a caller may give them. */
export type GivenHeaders = Headers | Readonly<Record<string, string>> | readonly (readonly [string, string])[];

const headerName = /^[!#$%&'*+.^_`|~\w-]+$/;
const headerValue = /^[\t\x20-\x7e\x80-\xff]*$/;

/**
 * Lists a caller's headers, names in lower case, names and values in turn.
 *
 * @throws {RequestRefusedError} for a header that is Behalf's own, and for what no header can carry
 */
export function listHeaders(given: GivenHeaders | undefined, messageIdHeader: string): string[] {
  if (!given) return [];
  const entries = Symbol.iterator in given ? [...given] : Object.entries(given);
  return entries.flatMap(([name, value]) => {
    const lower = name.toLowerCase();
    if (ownedHeaders.has(lower) || lower === messageIdHeader) {
      throw new RequestRefusedError("header", lower, `the header "${lower}" is set by Behalf and cannot be given.`);
    }
    if (!headerName.test(lower) || !headerValue.test(value)) {
      throw new RequestRefusedError(
        "header",
        headerName.test(lower) ? lower : "name",
        "a header has characters that no header can carry.",
      );
    }
    return [lower, value];
  });
}

/** Whether a list of names and values in turn has a header; the name is in lower case. */
export function hasHeader(headers: readonly string[], name: string): boolean {
  for (let index = 0; index < headers.length; index += 2) if (headers[index] === name) return true;
  return false;
}
