import type { BaseAddress } from "../../transport/base-address.ts";

/** Why a redirect is not followed. */
export type RedirectRefusal =
  | "otherStatus"
  | "noLocation"
  | "severalLocations"
  | "unusableLocation"
  | "otherOrigin"
  | "outOfBasePath"
  | "tooMany"
  | "bodyCannotBeRepeated";

/** What a redirecting answer says. */
export interface RedirectAnswer {
  readonly status: number;
  /** A header that came more than once is a list. */
  readonly headers: { readonly location?: string | readonly string[] | undefined };
}

/** The request that was redirected. */
export interface RedirectedRequest {
  readonly method: string;
  /** Path and query, from the root of the origin. */
  readonly path: string;
  /** Whether the body can be sent again; true where there is none. */
  readonly replayable: boolean;
  /** How many redirects may be followed yet. @default any number: somebody else counts them */
  readonly redirectsLeft?: number;
}

/** The request by which a redirect is followed. */
export interface FollowedRedirect {
  readonly method: string;
  /** Path and query, from the root of the origin. */
  readonly path: string;
  /** Whether body and content headers go along. */
  readonly keepsBody: boolean;
}

/** A redirect that is not followed. */
export interface RefusedRedirect {
  readonly path?: never;
  readonly reason: RedirectRefusal;
  /** Says why in words, with both origins where they differ; nothing else of the location. */
  readonly message: string;
}

/** Those of RFC 9110 section 15.4 that name the one place to go on at. */
const followable = new Set([301, 302, 303, 307, 308]);

const contentHeaders = new Set(["content-type", "content-encoding", "content-language", "content-location"]);

/** Whether an answer of this status sends its request elsewhere. */
export const isRedirect = (status: number): boolean => followable.has(status);

const refuse = (reason: RedirectRefusal, message: string): RefusedRedirect => ({ reason, message });

function toMethod(status: number, method: string): string {
  if (status === 303) return method === "HEAD" ? "HEAD" : "GET";
  return status < 303 && method === "POST" ? "GET" : method;
}

function readTarget({ location }: RedirectAnswer["headers"], from: string): URL | RefusedRedirect {
  const [only, ...others] = [location ?? []].flat();
  if (only === undefined) return refuse("noLocation", "the backend redirects without a location");
  if (others.length > 0) return refuse("severalLocations", "the backend redirects to several locations");
  const target = URL.canParse(only, from) ? new URL(only, from) : undefined;
  if (target && /^https?:$/.test(target.protocol)) return target;
  return refuse("unusableLocation", "the backend redirects to what is no http(s) URL");
}

function readPath(target: URL, baseAddress: BaseAddress): string | RefusedRedirect {
  const { origin, basePath } = baseAddress;
  if (target.origin !== origin) {
    const message = `the backend at ${origin} redirects to ${target.origin}, and no redirect leaves its origin`;
    return refuse("otherOrigin", message);
  }
  if (target.username || target.password) {
    return refuse("unusableLocation", "the backend redirects to a URL with a user name");
  }
  const outside = `the backend redirects out of ${origin}${basePath || "/"}`;
  return baseAddress.locate(target) ?? refuse("outOfBasePath", outside);
}

/**
 * Decides whether a redirect is followed, and by which request (RFC 9110 section 15.4): at the same origin and below the base path
 * only. A POST becomes a GET after 301 and 302, and anything but a HEAD after 303; after 307 and 308, the body goes along.
 */
export function followRedirect(
  { status, headers }: RedirectAnswer,
  { method: given, path: from, replayable, redirectsLeft = 1 }: RedirectedRequest,
  baseAddress: BaseAddress,
): FollowedRedirect | RefusedRedirect {
  if (!isRedirect(status)) return refuse("otherStatus", `an answer ${status} names no place to go on at`);
  // Not `new URL(path, origin)`: a path that begins with two slashes would name another host.
  const target = readTarget(headers, `${baseAddress.origin}${from}`);
  if (!(target instanceof URL)) return target;
  const path = readPath(target, baseAddress);
  if (typeof path !== "string") return path;
  if (redirectsLeft < 1) return refuse("tooMany", 'the backend redirects more often than "maxRedirects" allows');
  const method = toMethod(status, given);
  const keepsBody = status !== 303 && method === given;
  if (!keepsBody || replayable) return { method, path, keepsBody };
  return refuse("bodyCannotBeRepeated", "the backend redirects a request whose body cannot be sent again");
}

/** Leaves out of names (in lower case) and values in turn those headers that describe a body. */
export function withoutContent(headers: readonly string[]): readonly string[] {
  return headers.filter((_part, index) => !contentHeaders.has(headers[index - (index % 2)] ?? ""));
}
