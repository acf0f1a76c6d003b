const visibleAscii = /^[\x21-\x7e]+$/;
const webUrl = /^(https?):\/\/([^/?#@]+)(\/[^?#]*)?(?:[?#].*)?$/i;
const straySign = /%(?![0-9a-f]{2})/i;
const encoded = /%[0-9a-f]{2}/gi;
const unreserved = /^[\w.~-]$/;
const dotSegment = /\/\.\.?(?:\/|$)/;
const defaultPorts: Readonly<Record<string, RegExp>> = { http: /:(?:80)?$/, https: /:(?:443)?$/ };

/** Decodes what needs no encoding, and writes the rest in upper case (RFC 3986 sections 6.2.2.1 and 6.2.2.2). */
function normalizeEncoding(text: string): string {
  if (!text.includes("%")) return text;
  return text.replace(encoded, (triplet) => {
    const character = String.fromCharCode(Number.parseInt(triplet.slice(1), 16));
    return unreserved.test(character) ? character : triplet.toUpperCase();
  });
}

/** RFC 3986 section 5.2.4, for a path that begins with a slash. */
function removeDotSegments(path: string): string {
  if (!dotSegment.test(path)) return path;
  const kept: string[] = [];
  const segments = path.split("/").slice(1);
  for (const [index, segment] of segments.entries()) {
    const dots = segment === "." || segment === "..";
    if (segment === "..") kept.pop();
    if (!dots) kept.push(segment);
    else if (index === segments.length - 1) kept.push("");
  }
  return `/${kept.join("/")}`;
}

/**
 * Gives the one spelling of a URL's scheme, authority and path, without query and fragment; `undefined` for what is no URL
 * of the web, or names a user.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc3986.html#section-6.2.2}
 */
export function toProofTarget(url: string): string | undefined {
  if (!visibleAscii.test(url) || straySign.test(url)) return undefined;
  const [, scheme = "", authority = "", path = "/"] = webUrl.exec(url) ?? [];
  const protocol = scheme.toLowerCase();
  const host = normalizeEncoding(authority)
    .toLowerCase()
    .replace(defaultPorts[protocol] ?? "", "");
  return host === "" ? undefined : `${protocol}://${host}${removeDotSegments(normalizeEncoding(path))}`;
}

/**
 * Whether a proof's `htu`, in its one spelling, is that of a request: one of the API's URLs and the request's path.
 *
 * A request whose path holds `.` or `..` is none's: routers disagree on where it leads, and no client sends it unprompted.
 */
export function isTargetOf(target: string, urls: readonly string[], requestUrl: string): boolean {
  const [path = ""] = requestUrl.split(/[?#]/, 1);
  if (!path.startsWith("/") || dotSegment.test(normalizeEncoding(path))) return false;
  return urls.some((url) => toProofTarget(`${url}${path}`) === target);
}
