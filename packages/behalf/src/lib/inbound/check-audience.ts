import { CallerTokenError } from "../errors/caller-token-error.ts";
import type { MultiStringValue } from "../values/multi-string-value.ts";

/**
 * Makes sure that a token is for this API: one of the audiences, letter for letter, is in its `aud`.
 *
 * @throws {CallerTokenError} `audience`
 * @see {@link https://www.rfc-editor.org/rfc/rfc7519.html#section-4.1.3}
 */
export function checkAudience(aud: unknown, audience: MultiStringValue): void {
  const named: readonly unknown[] = Array.isArray(aud) ? aud : [aud];
  if (!named.every((item) => typeof item === "string")) throw new CallerTokenError("audience");
  if (!named.some((item) => audience.has(item))) throw new CallerTokenError("audience");
}
