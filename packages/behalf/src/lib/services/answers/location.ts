/** What a backend says of a resource that it made. */
export interface Created {
  /** Where it is; `undefined` when the answer does not say so, or says it in no well-formed way. */
  readonly location: URL | undefined;
  /** The last segment of that path, decoded; `undefined` when that is empty, or not encoded well. */
  readonly id: string | undefined;
}

const isWeb = ({ protocol }: URL): boolean => protocol === "https:" || protocol === "http:";

/** Reads a header `Location` (RFC 9110 section 10.2.2), which may be relative to the URL of the request. */
export function readLocation(header: string | readonly string[] | undefined, requestUrl: string): URL | undefined {
  if (typeof header !== "string" || header.trim() === "") return undefined;
  const from = requestUrl === "" ? undefined : requestUrl;
  if (!URL.canParse(header, from)) return undefined;
  const location = new URL(header, from);
  return isWeb(location) ? location : undefined;
}

function readId({ pathname }: URL): string | undefined {
  const segment = pathname.slice(pathname.lastIndexOf("/") + 1);
  try {
    return decodeURIComponent(segment) || undefined;
  } catch {
    return undefined;
  }
}

/** Tells what the location of a new resource says of it. */
export const toCreated = (location: URL | undefined): Created => ({ location, id: location && readId(location) });
