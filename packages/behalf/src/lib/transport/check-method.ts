import { RequestRefusedError } from "../errors/request-refused-error.ts";

const token = /^[!#$%&'*+.^_`|~\w-]+$/;

/** Those that need no look. */
const usual = new Set<unknown>(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

const isUsual = (given: unknown): given is string => usual.has(given);

/** Those whose answers repeat the request, or that make a tunnel of the connection. */
const revealing = new Set(["CONNECT", "TRACE", "TRACK"]);

/**
 * Gives a method in capitals, as all registered ones are written (RFC 9110 section 16.1.2).
 *
 * @throws {RequestRefusedError} for what is no method, and for TRACE and CONNECT
 */
export function readMethod(given: unknown): string {
  if (isUsual(given)) return given;
  if (typeof given !== "string" || !token.test(given)) {
    throw new RequestRefusedError("method", "method", "a method is a text without spaces and line breaks.");
  }
  const method = given.toUpperCase();
  if (!revealing.has(method)) return method;
  throw new RequestRefusedError("method", method, "TRACE and CONNECT would give the token away.");
}
