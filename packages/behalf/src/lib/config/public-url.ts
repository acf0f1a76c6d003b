import { ConfigurationError, type ConfigurationProblem } from "../errors/configuration-error.ts";
import { isProtected, protectionFix } from "../values/is-protected.ts";

/** Whether a text is an absolute http or https URL without query, fragment and user name. */
export function isPublicUrl(text: string): boolean {
  if (!/^https?:\/\//i.test(text) || /[?#\s\\]/.test(text) || !URL.canParse(text)) return false;
  const { username, password } = new URL(text);
  return username === "" && password === "";
}

/** What is wrong with a URL of this API that can be read. */
export function checkPublicUrl(
  path: string,
  text: string,
  insecureRequestsAllowed: boolean,
): readonly ConfigurationProblem[] {
  if (isProtected(new URL(text), insecureRequestsAllowed)) return [];
  return [{ path, given: "an unprotected URL", fix: protectionFix }];
}

const trim = (url: string): string => url.replace(/\/+$/, "");

/** Gives the URL by which clients know this API; what a function gives is checked when it is asked. */
export function createResource(given: string | (() => string), insecureRequestsAllowed: boolean): () => string {
  if (typeof given === "string") {
    const url = trim(given);
    return () => url;
  }
  const path = "inbound.resource";
  return () => {
    const text: unknown = given();
    if (typeof text !== "string" || !isPublicUrl(text)) {
      const fix = "Give an absolute http or https URL without query, fragment or user name.";
      throw new ConfigurationError([{ path, given: "a function that gives no such URL", fix }]);
    }
    const [problem] = checkPublicUrl(path, text, insecureRequestsAllowed);
    if (problem) throw new ConfigurationError([problem]);
    return trim(text);
  };
}

/** The other URLs of this API. */
export const toPublicUrls = (texts: Iterable<string>): readonly string[] =>
  Object.freeze([...new Set([...texts].flatMap((text) => text.trim().split(/\s+/)).map(trim))]);

/** The URL by which clients know this API, where it can be told now; a function may not know it yet. */
export function readResource({ resource }: { readonly resource: (() => string) | undefined }): string | undefined {
  try {
    return resource?.();
  } catch {
    return undefined;
  }
}
