import { appendTarget } from "./append-target.ts";
import type { TokenRequest } from "./token-request.ts";

/**
 * Writes the form of a client credentials request.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6749.html#section-4.4.2}
 */
export function toClientCredentialsForm(request: TokenRequest): URLSearchParams {
  return appendTarget(new URLSearchParams(), request);
}
