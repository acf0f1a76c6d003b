import type { ConnectionProxy } from "./connection-identity.ts";
import { Secret } from "./secret.ts";

/** A stray `%` stands for itself. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/**
 * Reads the URL of a proxy, and takes user and password out of it.
 *
 * @throws {TypeError} for what is no http(s) URL, without quoting it
 */
export function readConnectionProxy(text: string): ConnectionProxy {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== "http:" && url?.protocol !== "https:") throw new TypeError("The proxy is not an http(s) URL.");
  const pair = `${decode(url.username)}:${decode(url.password)}`;
  const authorization = url.username === "" ? undefined : new Secret(`Basic ${Buffer.from(pair).toString("base64")}`);
  return { url: url.origin, authorization };
}
