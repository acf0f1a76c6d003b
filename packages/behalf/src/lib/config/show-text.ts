import { redacted } from "../values/redacted.ts";

const pem = /-----BEGIN|PRIVATE KEY/;

const urlSettings: ReadonlySet<string> = new Set([
  "authority",
  "tokenEndpoint",
  "host",
  "issuer",
  "resource",
  "forwardTo",
]);

const scheme = /^\s*([a-z][a-z\d+.-]*:)?[\\/]*/i;

/** What a URL may carry that is nobody's business: user and password, query and fragment. */
function hideInUrl(url: string): string {
  const start = scheme.exec(url)?.[0] ?? "";
  const end = url.search(/[?#]/);
  const at = url.lastIndexOf("@");
  // A password with a "?" in it, or a query with an "@": nobody can tell.
  if (end >= 0 && at > end) return `${start}${redacted}`;
  const shown = end < 0 ? url : `${url.slice(0, end + 1)}${redacted}`;
  return at < 0 ? shown : `${start}${redacted}${shown.slice(at)}`;
}

/** Shows a text that was given where none is secret, without what may be secret in it. */
export function showText(text: string, path: readonly string[]): string {
  if (pem.test(text)) return "a text that is not shown";
  const setting = path.findLast((name) => !/^\d+$/.test(name)) ?? "";
  const isUrl = urlSettings.has(setting) || /^\s*[a-z][a-z\d+.-]*:|\/\//i.test(text);
  return `the text ${JSON.stringify(isUrl ? hideInUrl(text) : text)}`;
}
