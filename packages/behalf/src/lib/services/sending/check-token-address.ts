import { RequestRefusedError } from "../../errors/request-refused-error.ts";
import type { BaseAddress } from "../../transport/base-address.ts";
import { protectionFix } from "../../values/is-protected.ts";

/** Where a token may go. */
export interface TokenRules {
  /** Whether it may go to `http:` beyond loopback. */
  readonly insecureRequestsAllowed?: boolean | undefined;
  /** The only origins that it may go to; `undefined` for any. */
  readonly tokenOrigins?: readonly string[] | undefined;
}

/**
 * Makes sure that a token may go to an address.
 *
 * @throws {RequestRefusedError} when it would travel in clear text beyond loopback, or to an origin that it is not for
 */
export function checkTokenAddress(
  { insecureRequestsAllowed, tokenOrigins }: TokenRules,
  { origin, isProtected }: BaseAddress,
): void {
  if (!isProtected && !insecureRequestsAllowed) {
    const fix = `a token does not go to ${origin} in clear text. ${protectionFix}`;
    throw new RequestRefusedError("url", "baseAddress", fix);
  }
  if (tokenOrigins && !tokenOrigins.includes(origin)) {
    const fix = `the caller's own token does not go to ${origin}. Name the origin in "forwardTo", if it may.`;
    throw new RequestRefusedError("url", "baseAddress", fix);
  }
}
